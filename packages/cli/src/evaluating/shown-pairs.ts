import type { Dataset } from '@isonoise/data';
import { type ClosestPairs, SHOWN_PAIRS } from './pairs.ts';
import type { PairsBlock } from './pairs-picture.ts';
import type { ResultRow } from './report.ts';

/** A row of the results with the images of its cell. */
export interface DrawnRow extends ResultRow {
  /** Pixels `[N, C, H, W]`, 8 bits each. */
  readonly pixels: Uint8Array;
}

const TITLES: { readonly [K in keyof ClosestPairs]: string } = {
  pixels: 'closest by pixels',
  features: 'closest by features',
};

/** Returns the closest pairs of all rows, in a block for each kind of distance. */
export function shownPairs(rows: readonly DrawnRow[], training: Dataset): readonly PairsBlock[] {
  const size = training.pixels.length / training.count;
  const at = (pixels: Uint8Array, row: number): Uint8Array => pixels.subarray(row * size, (row + 1) * size);
  return (Object.keys(TITLES) as (keyof ClosestPairs)[]).map((kind) => ({
    title: TITLES[kind],
    pairs: rows
      .flatMap(({ measures, pixels }) =>
        measures.pairs[kind].map(({ image, row, distance }) => ({
          drawn: at(pixels, image),
          training: at(training.pixels, row),
          distance,
        })),
      )
      .sort((a, b) => a.distance - b.distance)
      .slice(0, SHOWN_PAIRS),
  }));
}
