import { fillWords, permutation } from '@isonoise/random';
import type { Dataset } from './dataset.ts';
import { DataError } from './errors.ts';
import { NORMALIZED } from './normalize.ts';
import { type TagTable, tagsOfImage } from './tags.ts';

/** Letters: N images in the set, B images in a batch, C channels, H height, W width. */
export interface BatchOptions {
  /** Images in a batch, B. If B exceeds N, a batch contains some images more than once. */
  readonly batchSize: number;
  /** Integer in [0, 2⁶⁴). Seed and step together determine a batch. */
  readonly seed: number | bigint;
  /**
   * Whether to mirror each image left to right with probability 1/2, separately in each epoch. Default false, because
   * mirrored digits or letters are wrong.
   */
  readonly flip?: boolean;
}

/** One batch. Its arrays are new and belong to the caller. */
export interface Batch {
  /** `[B, C, H, W]` in [−1, 1]. */
  readonly images: Float32Array;
  /** Class of each image, `[B]`; present only if the set has labels. */
  readonly labels?: Int32Array;
  /** Tags of each image, `[B]`, as views of the set's table; present only if the set has tags. */
  readonly tags?: readonly Uint16Array[];
  /** Index of each image in the set, `[B]`. */
  readonly indices: Uint32Array;
}

export interface Batches {
  readonly batchSize: number;
  /** Number of steps in which each image is used once on average. It is N / B, without rounding. */
  readonly stepsPerEpoch: number;
  /** The tags of the whole set; absent if the set has none. */
  readonly tags?: TagTable | undefined;
  /**
   * Returns the batch of a zero-based step. It does not depend on earlier calls, so a resumed run needs only its
   * step number.
   *
   * @throws DataError `DATA_ARGUMENT` if the step is not a non-negative safe integer
   */
  batch(step: number): Batch;
}

/**
 * Creates an endless sequence of full batches. It consists of epochs, and each epoch is a new permutation of the set.
 * A batch at the boundary between two epochs takes images from both.
 *
 * With p = step·B + position, the p-th drawn image is image `π_e[p mod N]` of epoch `e = ⌊p / N⌋`. The permutation
 * π_e is drawn from the stream (seed, step e, `dataOrder`). Mirroring depends only on (seed, image, epoch), so the
 * sequence of images and their mirroring do not depend on the batch size.
 *
 * @throws DataError `DATA_ARGUMENT`; `RANDOM_SEED`.
 */
export function createBatches(dataset: Dataset, options: BatchOptions): Batches {
  const { batchSize, seed, flip = false } = options;
  if (!Number.isInteger(batchSize) || batchSize < 1)
    throw new DataError(
      'DATA_ARGUMENT',
      `createBatches: batchSize is ${batchSize}; expected an integer of at least 1.`,
    );
  const { count, pixels, labels, tags } = dataset;
  const { channels, height, width } = dataset.shape;
  const values = channels * height * width;

  // Cache the orders to save time. A batch reads one or two adjacent epochs, or more if B > N.
  const orders = new Map<number, Uint32Array>();
  const orderOf = (epoch: number): Uint32Array => {
    let order = orders.get(epoch);
    if (order === undefined) {
      order = permutation(count, { seed, image: 0, step: epoch, purpose: 'dataOrder' });
      if (orders.size >= 2) orders.delete(orders.keys().next().value as number);
      orders.set(epoch, order);
    }
    return order;
  };
  orderOf(0); // Reject an invalid seed now instead of at the first batch.

  const word = new Uint32Array(1);
  const mirrored = (image: number, epoch: number): boolean => {
    fillWords(word, { seed, image, step: epoch, purpose: 'flips' });
    return (word[0] as number) >>> 31 === 1;
  };

  return {
    batchSize,
    stepsPerEpoch: count / batchSize,
    tags,
    batch(step) {
      const first = step * batchSize;
      if (!Number.isInteger(step) || step < 0 || !Number.isSafeInteger(first + batchSize))
        throw new DataError('DATA_ARGUMENT', `batch: step is ${step}; expected a non-negative safe integer.`);
      const images = new Float32Array(batchSize * values);
      const indices = new Uint32Array(batchSize);
      const classes = labels === undefined ? undefined : new Int32Array(batchSize);
      for (let b = 0; b < batchSize; b++) {
        const epoch = Math.floor((first + b) / count);
        const image = orderOf(epoch)[first + b - epoch * count] as number;
        indices[b] = image;
        if (classes !== undefined) classes[b] = labels?.[image] as number;
        if (flip && mirrored(image, epoch))
          copyMirrored(pixels, image * values, images, b * values, values, width);
        else copyStraight(pixels, image * values, images, b * values, values);
      }
      return {
        images,
        ...(classes !== undefined && { labels: classes }),
        ...(tags !== undefined && { tags: Array.from(indices, (image) => tagsOfImage(tags, image)) }),
        indices,
      };
    },
  };
}

function copyStraight(from: Uint8Array, start: number, to: Float32Array, at: number, length: number): void {
  for (let i = 0; i < length; i++) to[at + i] = NORMALIZED[from[start + i] as number] as number;
}

/**
 * Copies each row in reverse. The rows of all channels have the length `width`, so one loop is enough for grey and
 * colour.
 */
function copyMirrored(
  from: Uint8Array,
  start: number,
  to: Float32Array,
  at: number,
  length: number,
  width: number,
): void {
  for (let row = 0; row < length; row += width) {
    const last = start + row + width - 1;
    for (let x = 0; x < width; x++) to[at + row + x] = NORMALIZED[from[last - x] as number] as number;
  }
}
