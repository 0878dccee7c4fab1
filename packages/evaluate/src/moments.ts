import { plural } from '@isonoise/error';
import { evaluateError } from './errors.ts';
import type { Features } from './features.ts';

/** Mean and covariance of a set of features, in float64. */
export interface Moments {
  /** Number of rows, N. */
  readonly count: number;
  /** Mean of each feature, `[K]`. */
  readonly mean: Float64Array;
  /** Unbiased covariance (divided by N − 1), symmetric, `[K, K]`. */
  readonly covariance: Float64Array;
}

/**
 * Computes the mean and the covariance of a set in two passes.
 *
 * @throws `EVALUATE_SHAPE` if there are fewer than two rows
 */
export function momentsOf({ count, width, values }: Features): Moments {
  if (count < 2) {
    throw evaluateError(
      'EVALUATE_SHAPE',
      `moments: the set has ${plural(count, 'image')}; expected at least 2. Use more images.`,
    );
  }
  const mean = new Float64Array(width);
  for (let i = 0; i < values.length; i++) add(mean, i % width, values[i] as number);
  for (let k = 0; k < width; k++) mean[k] = (mean[k] as number) / count;

  const covariance = new Float64Array(width * width);
  const centred = new Float64Array(width);
  for (let n = 0; n < count; n++) {
    for (let k = 0; k < width; k++) centred[k] = (values[n * width + k] as number) - (mean[k] as number);
    for (let k = 0; k < width; k++) {
      const factor = centred[k] as number;
      if (factor === 0) continue;
      // These loops fill the lower triangle. The next loops copy it to the upper triangle.
      for (let l = 0; l <= k; l++) add(covariance, k * width + l, factor * (centred[l] as number));
    }
  }
  for (let k = 0; k < width; k++) {
    for (let l = 0; l <= k; l++) {
      const value = (covariance[k * width + l] as number) / (count - 1);
      covariance[k * width + l] = value;
      covariance[l * width + k] = value;
    }
  }
  return { count, mean, covariance };
}

function add(sums: Float64Array, at: number, value: number): void {
  sums[at] = (sums[at] as number) + value;
}
