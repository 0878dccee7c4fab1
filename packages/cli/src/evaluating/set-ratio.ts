import { type DistanceRatio, type Features, frechetRatio, kernelRatio } from '@isonoise/evaluate';
import type { Reference } from './measure.ts';

/** Measures whose ratio can be computed. */
export type RatioMeasure = 'FID' | 'KID';

/**
 * Largest number of features for which FIDs are compared. The time of a resample grows with the third power of
 * this number:
 * with 1,280 features, a thousand resamples take hours. FID also needs more images than features.
 */
const WIDEST_FID = 512;

/** Returns the measure that is compared for features of this width. */
export const ratioMeasure = (width: number): RatioMeasure => (width > WIDEST_FID ? 'KID' : 'FID');

/**
 * Compares two sets of drawn images by {@link ratioMeasure}.
 *
 * @returns the distance of `sample` from the training images divided by that of `base`
 */
export function setRatio(
  { moments, kernelSample, kernelScale }: Pick<Reference, 'moments' | 'kernelSample' | 'kernelScale'>,
  sample: Features,
  base: Features,
  options: NonNullable<Parameters<typeof frechetRatio>[3]>,
): Promise<DistanceRatio> {
  return ratioMeasure(sample.width) === 'FID'
    ? frechetRatio(moments, sample, base, options)
    : kernelRatio(kernelSample, sample, base, { ...options, scale: kernelScale });
}
