import { uniformIntegers } from '@isonoise/random';
import { evaluateError } from './errors.ts';
import { type Features, pickRows } from './features.ts';
import { frechetDistance } from './frechet-distance.ts';
import { type Moments, momentsOf } from './moments.ts';

/** Ratio of the distances of two sets to the same real images. */
export interface DistanceRatio {
  readonly ratio: number;
  /** Upper end of the one-sided 95 % interval of the ratio; null if the images do not bound the ratio. */
  readonly upper: number | null;
  readonly resamples: number;
}

export interface FrechetRatioOptions {
  /** Number of resamples. Default 1000. */
  readonly resamples?: number;
  /** Called after each resample with the number of resamples so far. A returned promise is awaited. */
  readonly onProgress?: ((done: number) => void | Promise<void>) | undefined;
}

/** One-sided 95 %. */
const LEVEL = 0.95;

/**
 * Compares the distances of two sets to the same moments, by a paired bootstrap. Row n of both sets belongs to the same
 * seed, and each resample draws the same rows from both sets.
 *
 * A resample repeats some rows, so its distance is larger than the distance of the set, and its ratio is closer to 1.
 * Therefore the interval is centred at the ratio of the sets: its upper end is ratio · exp(q − m), where m is the mean and
 * q the 95 % quantile of the logarithms of the resampled ratios.
 *
 * @param fixed moments of the real images
 * @param sample N rows, whose distance is the numerator
 * @param base N rows for the same seeds
 * @throws `EVALUATE_SHAPE` if the sets have different numbers of rows or features, or a distance is not above 0
 *
 * Source: Efron & Tibshirani 1993, An Introduction to the Bootstrap, chapters 8 and 13.
 */
export async function frechetRatio(
  fixed: Moments,
  sample: Features,
  base: Features,
  { resamples = 1000, onProgress }: FrechetRatioOptions = {},
): Promise<DistanceRatio & { readonly upper: number }> {
  if (sample.count !== base.count || sample.width !== base.width) {
    throw evaluateError(
      'EVALUATE_SHAPE',
      `Fréchet ratio: the sets are ${sample.count} × ${sample.width} and ${base.count} × ${base.width}; expected the same ` +
        'size. Draw the same number of images with both models, and use one network.',
    );
  }
  const ratio = ratioOf(fixed, sample, base);
  const logarithms: number[] = [];
  for (let i = 0; i < resamples; i++) {
    const rows = uniformIntegers(sample.count, sample.count, {
      seed: 0,
      image: i,
      step: 0,
      purpose: 'dataOrder',
    });
    logarithms.push(Math.log(ratioOf(fixed, pickRows(sample, rows), pickRows(base, rows))));
    await onProgress?.(i + 1);
  }
  const mean = logarithms.reduce((sum, value) => sum + value, 0) / resamples;
  const sorted = logarithms.sort((a, b) => a - b);
  const quantile = sorted[Math.ceil(LEVEL * resamples) - 1] as number;
  return { ratio, upper: ratio * Math.exp(quantile - mean), resamples };
}

function ratioOf(fixed: Moments, sample: Features, base: Features): number {
  return distanceOf(fixed, sample) / distanceOf(fixed, base);
}

function distanceOf(fixed: Moments, set: Features): number {
  const distance = frechetDistance(fixed, momentsOf(set));
  if (distance > 0) return distance;
  throw evaluateError(
    'EVALUATE_SHAPE',
    `Fréchet ratio: a distance is ${distance}; expected more than 0. Compare more images.`,
  );
}
