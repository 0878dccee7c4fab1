import type { ReverseStep, SamplingStart } from './run-sampling.ts';
import type { SavedSampling } from './saved-sampling.ts';

/** Progress of a run. Times are present only if a clock was given. */
export interface Progress {
  /** Number of steps done, from 1. */
  readonly step: number;
  /** Total number of steps. */
  readonly steps: number;
  /** Milliseconds since this run (or its resumption) began. */
  readonly elapsedMs?: number;
  /** Estimated remaining milliseconds, at the mean pace so far. */
  readonly remainingMs?: number;
}

/** A finished step. Later steps do not reuse its arrays. */
export interface SampleStep extends Progress {
  /** Timestep at which the step started. */
  readonly t: number;
  /** Current images, `[B, C, H, W]`; the result after the last step. Read-only: it is the input of the next step. */
  readonly x: Float32Array;
  /** Estimate of the finished images, in [-1, 1], `[B, C, H, W]`; computed on first access. */
  readonly preview: Float32Array;
  /** Saves the run at this step, to be resumed with `sample(denoise, { from })`. The result is a copy. */
  save(): SavedSampling;
}

/**
 * Converts a step of a sampler to the step that callers of `sample` get.
 *
 * @param start the start of the run
 * @param done the step of the sampler
 * @param elapsedMs milliseconds since the start, if measured
 */
export function toSampleStep(
  { plan, nextStep, model, guideModel }: SamplingStart,
  { index, x, x0, memory }: ReverseStep,
  elapsedMs?: number,
): SampleStep {
  const { clip } = plan;
  const step = index + 1;
  const steps = plan.steps.length;
  const [t] = plan.steps[index] ?? [Number.NaN];
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
    save: () => ({
      plan,
      nextStep: step,
      x: x.slice(),
      ...(memory.length === 0 ? {} : { memory: memory.map((each) => each.slice()) }),
      ...(model === undefined ? {} : { model }),
      ...(guideModel === undefined ? {} : { guideModel }),
    }),
  };
}
