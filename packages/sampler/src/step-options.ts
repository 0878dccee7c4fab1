import type { PredictionType, Schedule } from '@isonoise/schedule';
import type { NoiseSource } from './noise-source.ts';

/** Options of all samplers. */
export interface StepOptions {
  readonly schedule: Schedule;
  readonly predictionType: PredictionType;
  /** Noise of each image and step; called only for steps that use noise. */
  readonly noise: NoiseSource;
  /** Number of each image of the batch, `[B]`; selects its noise. */
  readonly images: readonly number[];
  /** Class of each image, `[B]`, for a conditional network. */
  readonly labels?: Int32Array | undefined;
  /** Clips x_0 to [-clip, clip] in each step. Default: no clipping. */
  readonly clip?: number | undefined;
  /** Index of the first step to take; larger for a resumed run. Default 0. */
  readonly firstStep?: number | undefined;
  /** Checked before and after each network call; a call itself is not interrupted. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * A finished step of the reverse process. Both arrays are new; the caller may keep them, but must not write to `x`, the
 * input of the next step.
 */
export interface ReverseStep {
  /** Index of the step, from 0. */
  readonly index: number;
  readonly t: number;
  /** -1 after the last step. */
  readonly tPrev: number;
  /** x_tPrev, `[B, …]`. */
  readonly x: Float32Array;
  /** Estimate of x_0 used by the step, clipped if `clip` is set, `[B, …]`. */
  readonly x0: Float32Array;
}
