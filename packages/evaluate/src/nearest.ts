import type { Features } from './features.ts';

/** Number of features that are summed between two comparisons with the limit. */
const STRIDE = 16;

/**
 * Returns |x_i − y_j|² of row i of one set and row j of another set of the same width.
 *
 * @param limit the summation may stop when the sum reaches this limit. Default: no limit
 */
export function squaredDistance(
  a: Features,
  i: number,
  b: Features,
  j: number,
  limit: number = Number.POSITIVE_INFINITY,
): number {
  const { width } = a;
  let sum = 0;
  let p = i * width;
  let q = j * width;
  for (let begin = 0; begin < width && sum < limit; begin += STRIDE) {
    const end = Math.min(begin + STRIDE, width);
    for (let k = begin; k < end; k++, p++, q++) {
      const difference = (a.values[p] as number) - (b.values[q] as number);
      sum += difference * difference;
    }
  }
  return sum;
}

/**
 * Returns the squared distance from each row to the k-th nearest of the other rows, `[N]`.
 *
 * @param k an integer from 1 to N − 1
 */
export function kthNearest(set: Features, k: number): Float64Array {
  const kept = Array.from({ length: set.count }, () => new Float64Array(k).fill(Number.POSITIVE_INFINITY));
  for (let i = 1; i < set.count; i++) {
    for (let j = 0; j < i; j++) {
      const distance = squaredDistance(set, i, set, j);
      insert(kept[i] as Float64Array, distance);
      insert(kept[j] as Float64Array, distance);
    }
  }
  return Float64Array.from(kept, (distances) => distances[k - 1] as number);
}

/** Inserts a distance into an ascending list of fixed length, and drops the last value. */
function insert(ascending: Float64Array, distance: number): void {
  let at = ascending.length - 1;
  if (!(distance < (ascending[at] as number))) return;
  for (; at > 0 && distance < (ascending[at - 1] as number); at--)
    ascending[at] = ascending[at - 1] as number;
  ascending[at] = distance;
}

/** The nearest row of a set for each query. */
export interface Nearest {
  /** Number of the nearest row, `[N]`; the first one if several are equally near. */
  readonly rows: Uint32Array;
  /** Euclidean distance to the nearest row, `[N]`. */
  readonly distances: Float64Array;
}

/** Finds the nearest row of a set for each query, by linear search. */
export function nearestRows(queries: Features, set: Features): Nearest {
  const rows = new Uint32Array(queries.count);
  const distances = new Float64Array(queries.count).fill(Number.POSITIVE_INFINITY);
  for (let i = 0; i < queries.count; i++) {
    let least = Number.POSITIVE_INFINITY;
    for (let j = 0; j < set.count; j++) {
      const distance = squaredDistance(queries, i, set, j, least);
      if (distance < least) {
        least = distance;
        rows[i] = j;
      }
    }
    distances[i] = Math.sqrt(least);
  }
  return { rows, distances };
}
