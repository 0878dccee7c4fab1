/** A mean of independent values. */
export interface MeanError {
  readonly mean: number;
  /** Standard error of the mean; NaN for fewer than two values. */
  readonly error: number;
}

/** Returns the mean of independent values, with its standard error. */
export function meanError(values: ArrayLike<number>): MeanError {
  const all = Array.from(values);
  const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
  const square = all.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, error: Math.sqrt(square / (all.length - 1) / all.length) };
}
