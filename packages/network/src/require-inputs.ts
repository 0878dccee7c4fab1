import { plural } from '@isonoise/error';
import { networkError } from './errors.ts';
import type { NetworkInputs } from './network.ts';

interface Conditions {
  /** Rows of the class embedding; undefined without classes. */
  readonly numClassEmbeds: number | undefined;
  /** Rows of the tag embedding; undefined without tags. */
  readonly numTags?: number | undefined;
  /** Labels of the transforms of an augmented image; undefined without augmentation. */
  readonly augmentLabels?: number | undefined;
  readonly dropoutUnits: number;
}

/**
 * Checks the optional inputs of a network. Class labels are required for a network with classes, and rejected otherwise.
 * Tags are required for a network with tags, and rejected otherwise. Labels of transforms are allowed only for a network
 * with augmentation, and a dropout mask only for a network with dropout.
 *
 * @throws `NETWORK_INPUT`
 */
export function requireInputs(
  { numClassEmbeds, numTags, augmentLabels, dropoutUnits }: Conditions,
  {
    classLabels,
    tags,
    augmentLabels: transforms,
    dropoutKeep,
  }: {
    readonly [K in 'classLabels' | 'tags' | 'augmentLabels' | 'dropoutKeep']?: NetworkInputs[K] | undefined;
  },
): void {
  if (numClassEmbeds === undefined && classLabels !== undefined) {
    throw networkError(
      'NETWORK_INPUT',
      'network: found class labels, but num_class_embeds is not set; expected none. Omit classLabels.',
    );
  }
  if (numClassEmbeds !== undefined && classLabels === undefined) {
    throw networkError(
      'NETWORK_INPUT',
      `network: class labels are missing; expected them for a network with ${numClassEmbeds} class embeddings. ` +
        'Pass classLabels.',
    );
  }
  if (tags?.shape[1] !== numTags) {
    const found = tags === undefined ? 'no tags' : `tags of shape [${tags.shape.join(', ')}]`;
    throw networkError(
      'NETWORK_INPUT',
      `network: found ${found}; expected ` +
        (numTags === undefined
          ? 'none, because num_tags is not set. Omit tags.'
          : `a row of ${plural(numTags, 'number')} for each image. Pass tags.`),
    );
  }
  if (transforms !== undefined && transforms.shape[1] !== augmentLabels) {
    throw networkError(
      'NETWORK_INPUT',
      `network: found labels of transforms of shape [${transforms.shape.join(', ')}]; expected ` +
        (augmentLabels === undefined
          ? 'none, because augment_dim is not set. Omit augmentLabels.'
          : `a row of ${plural(augmentLabels, 'number')} for each image. Correct augmentLabels.`),
    );
  }
  if (dropoutKeep === undefined) return;
  const [batch, units] = dropoutKeep.shape;
  if (units !== dropoutUnits || dropoutUnits === 0) {
    throw networkError(
      'NETWORK_INPUT',
      `network: found a dropout mask of shape [${batch}, ${units}]; expected ` +
        (dropoutUnits === 0
          ? 'none, because the network does not use dropout. Omit dropoutKeep.'
          : `${dropoutUnits} dropout units. Correct dropoutKeep.`),
    );
  }
}
