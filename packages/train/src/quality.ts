import type { SamplesEvent } from './train-event.ts';

/**
 * Measures the quality of images that a run draws during training, for example by FID.
 *
 * @param samples images drawn with the averaged weights
 * @returns a finite distance to the training images; smaller is better
 * @throws the signal's reason if aborted
 */
export type QualityMeasure = (
  samples: Pick<SamplesEvent, 'images' | 'shape' | 'labels'>,
  signal?: AbortSignal,
) => Promise<number>;

/** Measured values of a run, as plain JSON, which each checkpoint contains. */
export interface QualityStats {
  /** The last measured step. */
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

/** Measures for choosing the best checkpoint: the smoothed loss, or FID. */
export const BEST_BY = ['loss', 'fid'] as const;
export type BestBy = (typeof BEST_BY)[number];
