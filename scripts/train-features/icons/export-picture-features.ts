import { exportClassifier } from '@isonoise/export';
import type { Classifier } from '@isonoise/network';
import type { SessionFactory } from '@isonoise/train';
import * as tf from '@tensorflow/tfjs-core';
import { FEATURE_METADATA, PICTURES_INPUT } from '../../../packages/cli/src/evaluating/feature-network.ts';
import type { FeatureMap } from './fit-features.ts';
import type { IconPictures } from './icon-pictures.ts';

/**
 * Exports the classifier of things with the groups of the icons as its classes. The exported network places pictures
 * with alpha on white.
 *
 * @param map applied to the features; null exports them unchanged
 */
export function exportPictureFeatures(
  classifier: Classifier,
  theta: Float32Array,
  pictures: IconPictures,
  createSession: SessionFactory,
  map: FeatureMap | null,
): Promise<Uint8Array> {
  const ofGroups = onWhite(byGroup(classifier, pictures));
  return exportClassifier({
    classifier: map === null ? ofGroups : mapped(ofGroups, map),
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

/**
 * Returns a classifier that places pictures on white. Differences of alpha that are not visible on white thus do not
 * change its features.
 */
function onWhite(classifier: Classifier): Classifier {
  return {
    ...classifier,
    forward(weights, images) {
      const alpha = tf.slice(images, [0, 3, 0, 0], [-1, 1, -1, -1]);
      // Premultiplied colours in [−1, 1]: the background adds 1 − alpha.
      const colours = tf.add(tf.slice(images, [0, 0, 0, 0], [-1, 3, -1, -1]), tf.sub(1, alpha));
      const opaque = tf.onesLike(alpha);
      return classifier.forward(weights, tf.concat([tf.minimum(colours, 1), opaque], 1) as tf.Tensor4D);
    },
  };
}

/** Slope of {@link squash} at 0. */
const SLOPE = 3;

/** Returns a classifier with mapped features. */
function mapped(classifier: Classifier, { weight, offset }: FeatureMap): Classifier {
  return {
    ...classifier,
    features: offset.length,
    forward(weights, images) {
      const { features, logits } = classifier.forward(weights, images);
      const matrix = tf.tensor2d(weight, [classifier.features, offset.length]);
      return { features: squash(tf.add(tf.matMul(features, matrix), tf.tensor1d(offset))), logits };
    },
  };
}

/**
 * Returns log(1 + 3x) for x ≥ 0, and −log(1 − 3x) for x < 0. Unchanged features would let a few unusual pictures
 * determine KID, because the kernel of KID is cubic.
 */
function squash(x: tf.Tensor2D): tf.Tensor2D {
  const part = (sign: 1 | -1): tf.Tensor2D => tf.log(tf.add(tf.mul(tf.relu(tf.mul(x, sign)), SLOPE), 1));
  return tf.sub(part(1), part(-1));
}
