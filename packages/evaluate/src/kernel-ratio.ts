import { uniformIntegers } from '@isonoise/random';
import { evaluateError } from './errors.ts';
import { type Features, requireComparable } from './features.ts';
import type { DistanceRatio, FrechetRatioOptions } from './frechet-ratio.ts';
import { kernelTerms } from './kernel-distance.ts';

export interface KernelRatioOptions extends FrechetRatioOptions {
  /** Divisor of the products of features, as in `kernelDistance`. Default 1. */
  readonly scale?: number;
}

/** One-sided 95 %. */
const LEVEL = 0.95;

/**
 * Compares the kernel distances (KID) of two sets to the same real images, by a paired bootstrap. Row n of both sets belongs to
 * the same seed, and each resample draws the same rows from both sets. A resampled distance is linearized at the distance of the
 * set: it adds the mean of the first-order terms of the drawn rows, which takes one number a row. Unlike the Fréchet distance,
 * the kernel distance does not have a bias that depends on the number of rows or of features.
 *
 * @param fixed features of the real images
 * @param sample N rows, whose distance is the numerator
 * @param base N rows for the same seeds
 * @returns the ratio of the distances. The upper end of its one-sided 95 % interval is that quantile of the resampled ratios. A
 *   resampled distance can be 0 or negative, because the estimate of KID is unbiased. If the denominator is, the ratio counts as
 *   infinite; if more than 5 % of the ratios are infinite, the upper end is null.
 * @throws `EVALUATE_SHAPE` if the sets have different numbers of rows or features, fewer than three rows, or a distance that is
 *   not above 0
 *
 * Sources: Efron & Tibshirani 1993, An Introduction to the Bootstrap, chapters 8 and 13; Hoeffding 1948 (the first-order terms of
 *   a U-statistic).
 */
export async function kernelRatio(
  fixed: Features,
  sample: Features,
  base: Features,
  { scale = 1, resamples = 1000, onProgress }: KernelRatioOptions = {},
): Promise<DistanceRatio> {
  requireComparable('KID ratio', sample, base, 3);
  if (sample.count !== base.count) {
    throw evaluateError(
      'EVALUATE_SHAPE',
      `KID ratio: the sets have ${sample.count} and ${base.count} images; expected the same number. Draw the same number of ` +
        'images with both models.',
    );
  }
  const above = kernelTerms(fixed, sample, { scale });
  const below = kernelTerms(fixed, base, { scale });
  const [a, b] = [above.value, below.value];
  if (!(a > 0 && b > 0)) {
    throw evaluateError(
      'EVALUATE_SHAPE',
      `KID ratio: the distances are ${a} and ${b}; expected more than 0. Compare more images.`,
    );
  }
  const ratios: number[] = [];
  for (let i = 0; i < resamples; i++) {
    const place = { seed: 0, image: i, step: 0, purpose: 'dataOrder' } as const;
    const rows = uniformIntegers(sample.count, sample.count, place);
    const [over, under] = [a + meanOf(above.terms, rows), b + meanOf(below.terms, rows)];
    ratios.push(under > 0 ? over / under : Number.POSITIVE_INFINITY);
    await onProgress?.(i + 1);
  }
  const upper = ratios.sort((x, y) => x - y)[Math.ceil(LEVEL * resamples) - 1] as number;
  return { ratio: a / b, upper: Number.isFinite(upper) ? upper : null, resamples };
}

const meanOf = (terms: Float64Array, rows: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < rows.length; i++) sum += terms[rows[i] as number] as number;
  return sum / rows.length;
};
