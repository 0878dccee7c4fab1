import { type Features, requireComparable } from './features.ts';

export interface KernelDistanceOptions {
  /**
   * Divisor of the products of features. With the mean square of the real features, the result does not depend on the
   * unit of the features. Default 1, as in the published kernel.
   */
  readonly scale?: number;
}

export interface KernelDistance {
  /** Estimate of MMD². If both sets come from the same distribution, it may be below 0 by chance. */
  readonly value: number;
  /** Standard deviation of the estimate over sets of these sizes. */
  readonly deviation: number;
}

/**
 * Returns the kernel distance (KID) between two sets, which is the squared maximum mean discrepancy with the kernel
 * k(x, y) = (x·y / (K·scale) + 1)³. The unbiased estimate adds the mean of the kernel over pairs of different rows
 * for each set, and subtracts twice the mean between the sets.
 *
 * The estimate uses all pairs. The usual mean over random subsets estimates the same number with a larger error. A
 * jackknife over the rows of both sets gives the standard deviation.
 *
 * @throws `EVALUATE_SHAPE` if the widths differ, or a set has fewer than three rows
 *
 * Sources: Bińkowski et al. 2018, arXiv 1801.01401, section 4; Gretton et al. 2012, eq. 3 (the estimator);
 *   Arvesen 1969 (the jackknife of U-statistics).
 */
export function kernelDistance(
  a: Features,
  b: Features,
  { scale = 1 }: KernelDistanceOptions = {},
): KernelDistance {
  requireComparable('KID', a, b, 3);
  const unit = a.width * scale;
  const [inA, inB] = [within(a, unit), within(b, unit)];
  const { rows, columns, sum: between } = betweenSums(a, b, unit);
  const [n, m] = [a.count, b.count];
  const [meanA, meanB] = [inA.sum / (n * (n - 1)), inB.sum / (m * (m - 1))];
  // The estimates without row i of a, and without row j of b.
  const withoutA = rows.map(
    (row, i) =>
      (inA.sum - 2 * (inA.rows[i] as number)) / ((n - 1) * (n - 2)) +
      meanB -
      (2 * (between - row)) / ((n - 1) * m),
  );
  const withoutB = columns.map(
    (column, j) =>
      meanA +
      (inB.sum - 2 * (inB.rows[j] as number)) / ((m - 1) * (m - 2)) -
      (2 * (between - column)) / (n * (m - 1)),
  );
  return {
    value: meanA + meanB - (2 * between) / (n * m),
    deviation: Math.sqrt(jackknifeVariance(withoutA) + jackknifeVariance(withoutB)),
  };
}

/**
 * Returns the kernel distance from a set to the real images, with the first-order term of each row: how much the distance changes
 * with the share of this row. The mean of the terms is 0.
 *
 * @param a features of the real images, N rows
 * @param b M rows
 * @returns `value` as in {@link kernelDistance}, and `terms`, `[M]`
 */
export function kernelTerms(
  a: Features,
  b: Features,
  { scale = 1 }: KernelDistanceOptions = {},
): { readonly value: number; readonly terms: Float64Array } {
  requireComparable('KID', a, b, 3);
  const unit = a.width * scale;
  const [inA, inB] = [within(a, unit), within(b, unit)];
  const { columns, sum } = betweenSums(a, b, unit);
  const [n, m] = [a.count, b.count];
  const [meanA, meanB, between] = [inA.sum / (n * (n - 1)), inB.sum / (m * (m - 1)), sum / (n * m)];
  const terms = inB.rows.map(
    (row, j) => 2 * (row / (m - 1) - meanB) - 2 * ((columns[j] as number) / n - between),
  );
  return { value: meanA + meanB - 2 * between, terms };
}

/** Returns the jackknife variance, (n − 1)/n Σ (θ₍ᵢ₎ − mean)². */
function jackknifeVariance(estimates: Float64Array): number {
  const count = estimates.length;
  const mean = estimates.reduce((sum, value) => sum + value, 0) / count;
  return ((count - 1) / count) * estimates.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}

/** Sums the kernel over all pairs of different rows of a set, for each row and in total. */
function within(set: Features, unit: number): { readonly rows: Float64Array; readonly sum: number } {
  const rows = new Float64Array(set.count);
  for (let i = 1; i < set.count; i++) addKernels(set, i, set, i, unit, rows, rows);
  return { rows, sum: total(rows) };
}

/** Sums the kernel between two sets, for each row of both sets and in total. */
function betweenSums(
  a: Features,
  b: Features,
  unit: number,
): { readonly rows: Float64Array; readonly columns: Float64Array; readonly sum: number } {
  const rows = new Float64Array(a.count);
  const columns = new Float64Array(b.count);
  for (let i = 0; i < a.count; i++) addKernels(a, i, b, b.count, unit, rows, columns);
  return { rows, columns, sum: total(rows) };
}

/**
 * Adds k(x_i, y_j) for the first `count` rows y_j to the sums of row i and row j. The loop processes four rows y_j at
 * a time and reads x_i only once for them, which doubles the speed.
 */
function addKernels(
  a: Features,
  i: number,
  b: Features,
  count: number,
  unit: number,
  rows: Float64Array,
  columns: Float64Array,
): void {
  const { width, values: x } = a;
  const { values: y } = b;
  const start = i * width;
  let sum = 0;
  const add = (j: number, dot: number): void => {
    const base = dot / unit + 1;
    const kernel = base * base * base;
    sum += kernel;
    columns[j] = (columns[j] as number) + kernel;
  };
  let j = 0;
  for (; j + 4 <= count; j += 4) {
    let [dot0, dot1, dot2, dot3] = [0, 0, 0, 0];
    const at = j * width;
    for (let k = 0; k < width; k++) {
      const value = x[start + k] as number;
      dot0 += value * (y[at + k] as number);
      dot1 += value * (y[at + width + k] as number);
      dot2 += value * (y[at + 2 * width + k] as number);
      dot3 += value * (y[at + 3 * width + k] as number);
    }
    add(j, dot0);
    add(j + 1, dot1);
    add(j + 2, dot2);
    add(j + 3, dot3);
  }
  for (; j < count; j++) {
    let dot = 0;
    for (let k = 0; k < width; k++) dot += (x[start + k] as number) * (y[j * width + k] as number);
    add(j, dot);
  }
  rows[i] = (rows[i] as number) + sum;
}

function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
