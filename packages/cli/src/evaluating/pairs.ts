import type { Nearest } from '@isonoise/evaluate';

/** A drawn image and the training image that is nearest to it. */
export interface Pair {
  /** Number of the drawn image. */
  readonly image: number;
  /** Number of the training image. */
  readonly row: number;
  readonly distance: number;
}

/** The closest pairs of drawn and training images, in the order of increasing distance. */
export interface ClosestPairs {
  readonly pixels: readonly Pair[];
  readonly features: readonly Pair[];
}

/** Number of pairs that are shown for each kind of distance. */
export const SHOWN_PAIRS = 12;

/** Returns the pairs with the smallest distances; if distances are equal, earlier images come first. */
export function closestPairs({ rows, distances }: Nearest, count: number = SHOWN_PAIRS): readonly Pair[] {
  return Array.from(distances, (distance, image) => ({ image, row: rows[image] as number, distance }))
    .sort((a, b) => a.distance - b.distance || a.image - b.image)
    .slice(0, count);
}
