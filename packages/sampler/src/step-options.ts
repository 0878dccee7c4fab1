import type { PredictionType, Schedule } from '@isonoise/schedule';
import type { NoiseSource } from './noise-source.ts';

/** What every sampler needs besides x and the steps. */
export interface StepOptions {
  readonly schedule: Schedule;
  readonly predictionType: PredictionType;
  /** Noise of each image and step; asked only when a step uses noise. */
  readonly noise: NoiseSource;
  /** Number of each image of the batch, `[B]`: which noise it gets. */
  readonly images: readonly number[];
  /** Class of each image, `[B]`, for a conditional network. */
  readonly labels?: Int32Array | undefined;
  /** x_0 is clipped to [-clip, clip] in each step. Default: not clipped. */
  readonly clip?: number | undefined;
  /** Index of the first of `steps` to take: a resumed run starts later. Default 0. */
  readonly firstStep?: number | undefined;
  /** Checked before each step and after each network call; a run inside the network is not interrupted. */
  readonly signal?: AbortSignal | undefined;
}

/** A step of the reverse process that is done. Both arrays are fresh: the caller may keep them, and must not write to `x`, the next step's input. */
export interface ReverseStep {
  /** Index of this step, from 0. */
  readonly index: number;
  readonly t: number;
  /** -1 after the last step. */
  readonly tPrev: number;
  /** x_tPrev, `[B, …]`. */
  readonly x: Float32Array;
  /** The estimate of x_0 that the step used, clipped where clipping is on, `[B, …]`. */
  readonly x0: Float32Array;
}
