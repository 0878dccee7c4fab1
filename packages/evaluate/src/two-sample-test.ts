import { type Features, requireComparable } from './features.ts';
import { squaredDistance } from './nearest.ts';
import { normalTail } from './normal-tail.ts';

export interface TwoSampleTest {
  /**
   * Share of images whose nearest neighbour belongs to the same set. It is about 1/2 if both sets have the same
   * distribution, and approaches 1 if they differ. It is below 1/2 if both sets contain the same images.
   */
  readonly accuracy: number;
  /** Probability of an accuracy of at least this value if both sets have the same distribution. */
  readonly pValue: number;
}

/**
 * Runs a two-sample test with the leave-one-out 1-nearest-neighbour classifier. If an image is equally far from both
 * sets, it counts as one half.
 *
 * If both sets have the same distribution, the accuracy is approximately normally distributed with mean 1/2 and
 * variance 1/(4(N + M)). The p-value is approximate, because images that classify each other are not independent.
 *
 * @param a N rows; both sets should have the same number of rows
 * @throws `EVALUATE_SHAPE` if the widths differ, or a set has fewer than two rows
 *
 * Source: Lopez-Paz & Oquab 2017, arXiv 1610.06545, section 3.
 */
export function twoSampleTest(a: Features, b: Features): TwoSampleTest {
  requireComparable('two-sample test', a, b, 2);
  const total = a.count + b.count;
  const accuracy = (nearerToOwn(a, b) + nearerToOwn(b, a)) / total;
  return { accuracy, pValue: normalTail((accuracy - 0.5) * 2 * Math.sqrt(total)) };
}

function nearerToOwn(own: Features, other: Features): number {
  let hits = 0;
  for (let i = 0; i < own.count; i++) {
    const toOwn = least(own, i, own, i);
    const toOther = least(own, i, other, -1);
    hits += toOwn === toOther ? 0.5 : Number(toOwn < toOther);
  }
  return hits;
}

/** Returns the squared distance from row i of the query to the nearest row of a set, without row `except`. */
function least(query: Features, i: number, set: Features, except: number): number {
  let result = Number.POSITIVE_INFINITY;
  for (let j = 0; j < set.count; j++) {
    if (j !== except) result = Math.min(result, squaredDistance(query, i, set, j, result));
  }
  return result;
}
