/** Quantile 0.975 of the standard normal distribution, for intervals with a probability of 95 %. */
const QUANTILE = 1.959963984540054;

/** Lower and upper end of a confidence interval. */
export type Interval = readonly [low: number, high: number];

/**
 * Returns Wilson's 95 % interval of a share, within [0, 1]. It is also valid for shares near 0 and 1, where the usual
 * interval share ± 1.96 √(share (1 − share) / n) is too short.
 *
 * @param share a number in [0, 1]
 * @param count number of independent images, at least 1
 *
 * Source: Wilson 1927, Journal of the American Statistical Association 22, p. 209.
 */
export function shareInterval(share: number, count: number): Interval {
  const square = QUANTILE ** 2;
  const centre = share + square / (2 * count);
  const half = QUANTILE * Math.sqrt((share * (1 - share)) / count + square / (4 * count ** 2));
  const scale = 1 + square / count;
  // Rounding can move an end out of [0, 1] by 1e-16.
  return [Math.max(0, (centre - half) / scale), Math.min(1, (centre + half) / scale)];
}

/** Returns the 95 % interval of an estimate that is approximately normally distributed. */
export function normalInterval(estimate: number, deviation: number): Interval {
  return [estimate - QUANTILE * deviation, estimate + QUANTILE * deviation];
}
