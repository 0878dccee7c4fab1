import { permutation } from '@isonoise/random';
import { type Features, pickRows, requireComparable } from './features.ts';

export interface KernelDistanceOptions {
  /** Rows of each set in a subset. Default: 1000, or all rows of the smaller set if there are fewer. */
  readonly subsetSize?: number;
  /** Number of subsets. Default 50. */
  readonly subsets?: number;
  /** Seed of the choice of subsets, in [0, 2⁶⁴). Default 0. */
  readonly seed?: number | bigint;
}

export interface KernelDistance {
  /** Mean over the subsets; below 0 by chance for two sets of one distribution. */
  readonly mean: number;
  /** Standard deviation over the subsets; 0 if there is only one subset. */
  readonly deviation: number;
}

/**
 * The kernel distance (KID) between two sets: the squared maximum mean discrepancy with the kernel
 * k(x, y) = (x·y / K + 1)³, by its unbiased estimator, averaged over random subsets of both sets.
 *
 * @throws `EVALUATE_SHAPE` different widths, or a set or subset with fewer than two rows; `RANDOM_SEED`
 *
 * Source: Bińkowski et al. 2018, arXiv 1801.01401, section 4.
 */
export function kernelDistance(
  a: Features,
  b: Features,
  { subsetSize = 1000, subsets = 50, seed = 0 }: KernelDistanceOptions = {},
): KernelDistance {
  requireComparable('KID', a, b, 2);
  const size = Math.min(subsetSize, a.count, b.count);
  const subset = (set: Features, image: number, step: number): Features =>
    pickRows(set, permutation(set.count, { seed, image, step, purpose: 'dataOrder' }).subarray(0, size));
  const estimates = Array.from({ length: subsets }, (_, step) =>
    squaredDiscrepancy(subset(a, 0, step), subset(b, 1, step)),
  );
  const mean = estimates.reduce((sum, value) => sum + value, 0) / subsets;
  const variance = estimates.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, subsets - 1);
  return { mean, deviation: Math.sqrt(variance) };
}

/**
 * Unbiased estimate of MMD²: the means of the kernel within each set, without its diagonal, minus twice the mean
 * between the sets (Gretton et al. 2012, eq. 3).
 *
 * @throws `EVALUATE_SHAPE`
 */
export function squaredDiscrepancy(a: Features, b: Features): number {
  requireComparable('KID', a, b, 2);
  return within(a) + within(b) - 2 * between(a, b);
}

function within(set: Features): number {
  let sum = 0;
  for (let i = 1; i < set.count; i++) sum += kernelSum(set, i, set, i);
  return (2 * sum) / (set.count * (set.count - 1));
}

function between(a: Features, b: Features): number {
  let sum = 0;
  for (let i = 0; i < a.count; i++) sum += kernelSum(a, i, b, b.count);
  return sum / (a.count * b.count);
}

/**
 * Sum of k(x_i, y_j) over the first rows of the second set. The loop takes four rows y_j at a time, so that x_i is read
 * once for all four; this doubles the speed.
 */
function kernelSum(a: Features, i: number, b: Features, rows: number): number {
  const { width, values: x } = a;
  const { values: y } = b;
  const start = i * width;
  let sum = 0;
  let j = 0;
  for (; j + 4 <= rows; j += 4) {
    let [dot0, dot1, dot2, dot3] = [0, 0, 0, 0];
    const at = j * width;
    for (let k = 0; k < width; k++) {
      const value = x[start + k] as number;
      dot0 += value * (y[at + k] as number);
      dot1 += value * (y[at + width + k] as number);
      dot2 += value * (y[at + 2 * width + k] as number);
      dot3 += value * (y[at + 3 * width + k] as number);
    }
    sum += cubic(dot0, width) + cubic(dot1, width) + cubic(dot2, width) + cubic(dot3, width);
  }
  for (; j < rows; j++) {
    let dot = 0;
    for (let k = 0; k < width; k++) dot += (x[start + k] as number) * (y[j * width + k] as number);
    sum += cubic(dot, width);
  }
  return sum;
}

/** The kernel, from the product of two rows. */
function cubic(dot: number, width: number): number {
  const base = dot / width + 1;
  return base * base * base;
}
