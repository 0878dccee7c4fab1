import { exportClassifier } from '@isonoise/export';
import type { Classifier } from '@isonoise/network';
import type { SessionFactory } from '@isonoise/train';
import * as tf from '@tensorflow/tfjs-core';
import { FEATURE_METADATA, PICTURES_INPUT } from '../../../packages/cli/src/evaluating/feature-network.ts';
import type { IconPictures } from './icon-pictures.ts';

/** Exports the classifier of things with the groups of the icons as its classes. */
export function exportPictureFeatures(
  classifier: Classifier,
  theta: Float32Array,
  pictures: IconPictures,
  createSession: SessionFactory,
): Promise<Uint8Array> {
  return exportClassifier({
    classifier: byGroup(classifier, pictures),
    theta,
    name: 'picture-features',
    metadata: {
      [FEATURE_METADATA.dataset]: 'icons',
      [FEATURE_METADATA.classes]: JSON.stringify(pictures.groupNames),
      [FEATURE_METADATA.input]: PICTURES_INPUT,
    },
    createSession,
    referenceBackend: 'cpu',
  });
}

/**
 * Returns a classifier whose classes are the groups of the things. The score of a group is the logarithm of the sum of
 * the probabilities of its things.
 */
function byGroup(classifier: Classifier, { groupOfThing, groupNames }: IconPictures): Classifier {
  const membership = new Float32Array(groupOfThing.length * groupNames.length);
  for (const [thing, group] of groupOfThing.entries()) membership[thing * groupNames.length + group] = 1;
  return {
    ...classifier,
    classes: groupNames.length,
    forward(weights, images) {
      const { features, logits } = classifier.forward(weights, images);
      // Faults are the classes after the things.
      const ofThings = tf.slice(logits, [0, 0], [-1, groupOfThing.length]);
      const members = tf.tensor2d(membership, [groupOfThing.length, groupNames.length]);
      const shares = tf.matMul(tf.softmax(ofThings), members); // [B, things] -> [B, groups]
      // The lower bound of the probability keeps the logarithm finite.
      return { features, logits: tf.log(tf.maximum(shares, 1e-12)) as tf.Tensor2D };
    },
  };
}
