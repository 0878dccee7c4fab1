import type { SamplesEvent } from './train-event.ts';

/**
 * Measures images that a run draws while it trains, such as by FID.
 *
 * @param samples drawn with the averaged weights
 * @returns a distance to the training images: smaller is better, finite
 * @throws the signal's reason when aborted
 */
export type QualityMeasure = (
  samples: Pick<SamplesEvent, 'images' | 'shape' | 'labels'>,
  signal?: AbortSignal,
) => Promise<number>;

/** Measured values of a run: plain JSON, saved in each checkpoint. */
export interface QualityStats {
  /** The last step that was measured. */
  readonly last: { readonly step: number; readonly fid: number };
  /** The measured step with the smallest value; null if its checkpoint was removed. */
  readonly best: { readonly step: number; readonly fid: number } | null;
}

/** Adds a measured value. A value that equals the smallest one does not replace it. */
export function addQuality(before: QualityStats | null, step: number, fid: number): QualityStats {
  const last = { step, fid };
  const best = before?.best ?? null;
  return { last, best: best === null || fid < best.fid ? last : best };
}

/** Measures that can decide which checkpoint is the best: the smoothed loss, or FID. */
export const BEST_BY = ['loss', 'fid'] as const;
export type BestBy = (typeof BEST_BY)[number];
