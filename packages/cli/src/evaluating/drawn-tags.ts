import { createHash } from 'node:crypto';
import type { ModelSpec, TagSpec } from '@isonoise/bundle';
import { type Dataset, tagsOfImage } from '@isonoise/data';
import { permutation } from '@isonoise/random';
import { CliError } from '../errors.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** Tags of the drawn images of an evaluation. */
export interface DrawnTags {
  /** Returns the tags of an image. @param image number of the image */
  of(image: number): readonly string[];
  /** Number of an image with tags; 0 if all images are drawn without tags. */
  readonly example: number;
  /** Description of the tags, for reports. */
  readonly text: string;
  /**
   * Identity of the tags of all images. Files of earlier commands are reused only if their identity is the
   * same.
   */
  readonly identity: string;
}

/** The options that choose tags. */
export interface TagFlags {
  /** Tags of all images. Default: those of the training images. */
  readonly tags?: readonly string[];
  readonly seed: string;
}

/**
 * Chooses the tags of drawn images. By default, image i gets the tags of the i-th training image in a random
 * order that depends on the seed. After the last training image, the order repeats. Measures compare drawn
 * images with training images, so both need the same distribution of tags.
 *
 * @returns undefined for models without tags. If flags give tags for such a model, these tags are returned,
 *   and the sampling request refuses them
 * @throws `CLI_USAGE` if the network needs tags, but the training images have none
 */
export function drawnTags(
  { name, tags: known }: Pick<ModelSpec, 'name' | 'tags'>,
  { tags: fixed, seed }: TagFlags,
  training: Dataset,
  terminal: Terminal,
): DrawnTags | undefined {
  if (fixed !== undefined) return sameTags(fixed, fixed.join(', '));
  if (known === undefined) return undefined;
  const lists = tagLists(known, training);
  if (lists.some((list) => list.length > 0)) {
    // Images 0 to 2 of this purpose are used for other orders.
    const order = permutation(lists.length, { seed: BigInt(seed), image: 3, step: 0, purpose: 'dataOrder' });
    const shuffled = Array.from(order, (row) => lists[row] ?? []);
    return {
      of: (image) => shuffled[image % shuffled.length] ?? [],
      example: shuffled.findIndex((list) => list.length > 0),
      text: 'those of the training images',
      identity: createHash('sha256').update(JSON.stringify(shuffled)).digest('hex'),
    };
  }
  const found = `the images of ${training.name} have none of the tags of ${name}`;
  if (!known.dropped) {
    throw new CliError(
      'CLI_USAGE',
      `evaluate: ${found}, which was never trained without tags; expected images with tags. Pass --tags.`,
    );
  }
  terminal.warn(`${found}, so images are drawn without tags; to draw with tags, pass --tags`);
  return sameTags([], 'none');
}

/**
 * Returns the names of the tags of each image. If the network was never trained without tags, images without tags
 * are left out.
 */
function tagLists({ names, dropped }: TagSpec, { count, tags }: Dataset): readonly (readonly string[])[] {
  if (tags === undefined) return [];
  const lists = Array.from({ length: count }, (_, i) =>
    Array.from(tagsOfImage(tags, i), (tag) => names[tag] ?? ''),
  );
  return dropped ? lists : lists.filter((list) => list.length > 0);
}

function sameTags(list: readonly string[], text: string): DrawnTags {
  return { of: () => list, example: 0, text, identity: JSON.stringify(list) };
}
