import type { SamplingStart } from './run-sampling.ts';
import type { SavedSampling } from './saved-sampling.ts';
import type { ReverseStep } from './step-options.ts';

/** How far a run is. Times only where a clock was given. */
export interface Progress {
  /** Steps done, from 1. */
  readonly step: number;
  /** Steps in all. */
  readonly steps: number;
  /** Milliseconds since this run (or its resumption) began. */
  readonly elapsedMs?: number;
  /** Milliseconds to go, at the mean pace so far. */
  readonly remainingMs?: number;
}

/** A step that is done. Its arrays are not reused by later steps. */
export interface SampleStep extends Progress {
  /** The timestep it started from. */
  readonly t: number;
  /** The images now, `[B, C, H, W]`; after the last step the result. Read only: it is the next step's input. */
  readonly x: Float32Array;
  /** The estimate of the finished images, in [-1, 1], `[B, C, H, W]`; made when it is first asked for. */
  readonly preview: Float32Array;
  /** This moment, to be resumed by `sample(denoise, { from })`, here or elsewhere. Shares no memory with the run. */
  save(): SavedSampling;
}

/**
 * A sampler's step as a run's caller sees it.
 *
 * @param start where the run began
 * @param done the step
 * @param elapsedMs milliseconds since then, where time is taken
 */
export function toSampleStep(
  { plan, nextStep, model }: SamplingStart,
  { index, t, x, x0 }: Omit<ReverseStep, 'tPrev'>,
  elapsedMs?: number,
): SampleStep {
  const { clip } = plan;
  const step = index + 1;
  const steps = plan.steps.length;
  let preview: Float32Array | undefined;
  return {
    step,
    steps,
    ...(elapsedMs !== undefined && {
      elapsedMs,
      remainingMs: (elapsedMs / (step - nextStep)) * (steps - step),
    }),
    t,
    x,
    get preview() {
      preview ??= clip !== null && clip <= 1 ? x0 : x0.map((value) => Math.max(-1, Math.min(1, value)));
      return preview;
    },
    save: () => ({ plan, nextStep: step, x: x.slice(), ...(model === undefined ? {} : { model }) }),
  };
}
