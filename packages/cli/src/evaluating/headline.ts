/** Measure for comparing models: FID, or KID if there are few images. */
export type Headline = 'fid' | 'kid';

/**
 * Minimum number of images n for FID. The bias of FID is proportional to 1/n; KID is unbiased.
 */
export const ENOUGH_FOR_FID = 2000;

/** Returns the measure for a comparison. @param count number of drawn images */
export function headlineOf(count: number): Headline {
  return count < ENOUGH_FOR_FID ? 'kid' : 'fid';
}
