import type { Dataset } from './dataset.ts';
import { DataError } from './errors.ts';
import { subset } from './subset.ts';

/** Share of a folder's images that is held out by default. */
const DEFAULT_SHARE = 0.1;
/**
 * Minimum size of a set for holding out images by default. A tenth of a smaller set would be too small for judging a
 * model.
 */
const MIN_IMAGES = 200;

/** Returns the share of images that is held out by default: 10 % of at least 200 images. */
export const defaultHoldout = (count: number): number => (count >= MIN_IMAGES ? DEFAULT_SHARE : 0);

/** Number of hexadecimal digits in a key. */
export const HOLDOUT_KEY_LENGTH = 16;

/**
 * A set that is split into training images and held-out images. An image is held out if its key is at most `limit`.
 * The key is a hash of the pixels, so all copies of an image are on the same side. Adding or renaming images does not
 * change the side of other images.
 */
export interface HeldOut {
  readonly training: Dataset;
  readonly heldOut: Dataset;
  /** The largest key of a held-out image. */
  readonly limit: string;
  /** Keys of the held-out images, sorted. */
  readonly keys: readonly string[];
}

/** A share of the images, or the limit of an earlier split. */
export type HoldoutRule = { readonly share: number } | { readonly limit: string };

/**
 * Splits a set into images for training and held-out images. The split does not depend on the order of the
 * images. At least one image of each class is kept for training.
 *
 * @param rule the share to hold out, in [0, 1), or the limit of an earlier split
 * @param sha256 hashes bytes to hexadecimal digits
 * @returns null if no image is held out
 * @throws DataError `DATA_ARGUMENT` if the share is out of range
 */
export function holdOut(
  dataset: Dataset,
  rule: HoldoutRule,
  sha256: (bytes: Uint8Array) => string,
): HeldOut | null {
  const { name, count, pixels, labels } = dataset;
  if ('share' in rule && !(rule.share >= 0 && rule.share < 1))
    throw new DataError(
      'DATA_ARGUMENT',
      `hold out images of ${name}: the share is ${rule.share}; expected a number in [0, 1).`,
    );
  if ('share' in rule && rule.share === 0) return null;
  const size = pixels.length / count;
  const keys = Array.from({ length: count }, (_, i) =>
    sha256(pixels.subarray(i * size, (i + 1) * size)).slice(0, HOLDOUT_KEY_LENGTH),
  );
  const limit = 'limit' in rule ? rule.limit : keys.toSorted()[Math.round(rule.share * count) - 1];
  if (limit === undefined) return null;
  const last = lastKeys(keys, labels);
  const isHeldOut = keys.map((key) => key <= limit && !last.has(key));
  const held = keys.filter((_, i) => isHeldOut[i] === true).sort();
  if (held.length === 0) return null;
  return {
    training: subset(dataset, (i) => isHeldOut[i] !== true),
    heldOut: subset(dataset, (i) => isHeldOut[i] === true),
    limit,
    keys: held,
  };
}

/**
 * Returns the largest key of each class. Images with these keys are never held out, and neither are their copies in
 * other classes.
 */
function lastKeys(keys: readonly string[], labels: Dataset['labels']): ReadonlySet<string> {
  const last = new Map<number, string>();
  for (const [i, key] of keys.entries()) {
    const label = labels?.[i] ?? 0;
    if (key > (last.get(label) ?? '')) last.set(label, key);
  }
  return new Set(last.values());
}
