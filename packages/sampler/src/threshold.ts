import { COMMON_SETTINGS } from './common-settings.ts';
import type { SamplerSettings } from './settings.ts';

/** Dynamic thresholding of x_0 (Saharia et al. 2022, "Imagen"). */
export interface Threshold {
  /** Share of an image's values that stay within its threshold, in [0, 1]: 0.995 in Imagen. */
  readonly ratio: number;
  /** Largest threshold, at least 1. With 1, values are clipped to [-1, 1]. */
  readonly max: number;
}

/** The threshold of a run; undefined without thresholding. */
export function thresholdOf({
  thresholding = COMMON_SETTINGS.thresholding,
  thresholdRatio: ratio = COMMON_SETTINGS.thresholdRatio,
  thresholdMax: max = COMMON_SETTINGS.thresholdMax,
}: SamplerSettings): Threshold | undefined {
  return thresholding ? { ratio, max } : undefined;
}

/**
 * Thresholds each image by itself, in place: s is the quantile of its absolute values at `ratio`, limited to [1, max];
 * the values are clipped to [-s, s] and divided by s. diffusers computes the same.
 *
 * @param x0 estimates, `[B, …]`
 */
export function thresholdImages(x0: Float64Array, images: number, { ratio, max }: Threshold): void {
  const size = x0.length / images;
  const sorted = new Float64Array(size);
  for (let from = 0; from < x0.length; from += size) {
    const image = x0.subarray(from, from + size);
    for (let i = 0; i < size; i++) sorted[i] = Math.abs(image[i] as number);
    const s = Math.min(Math.max(quantile(sorted.sort(), ratio), 1), max);
    for (let i = 0; i < size; i++) image[i] = Math.min(Math.max(image[i] as number, -s), s) / s;
  }
}

/** The quantile of sorted values, interpolated linearly between two of them. */
function quantile(sorted: Float64Array, ratio: number): number {
  const rank = ratio * (sorted.length - 1);
  const below = Math.floor(rank);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return low + (rank - below) * (high - low);
}
