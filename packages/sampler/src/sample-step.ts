import { type CreateSchedule, createSchedule } from '@isonoise/schedule';
import { planRows } from './plan-rows.ts';
import type { ReverseStep, SamplingStart } from './run-sampling.ts';
import type { SavedSampling } from './saved-sampling.ts';
import { costBefore } from './step-costs.ts';

/** Progress of a run. Times are present only if a clock was given. */
export interface Progress {
  /** Number of steps done, from 1. */
  readonly step: number;
  /** Total number of steps. */
  readonly steps: number;
  /** Milliseconds since this run (or its resumption) began. */
  readonly elapsedMs?: number;
  /** Estimated remaining milliseconds, at the mean time of a network call so far. */
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
  /** Saves the run at this step, to be resumed with `sample(denoise, { from })`. Its arrays are copies. */
  save(): SavedSampling;
}

/**
 * Creates the function that makes a {@link SampleStep} from a finished step of the run and, if time is measured, from
 * the milliseconds since the start.
 *
 * @param start the start of the run
 */
export function sampleStepsOf(
  start: SamplingStart,
  create: CreateSchedule = createSchedule,
): (done: ReverseStep, elapsedMs?: number) => SampleStep {
  const { plan, nextStep } = start;
  let costs: readonly number[] | undefined;
  return (done, elapsedMs) => {
    if (elapsedMs === undefined) return toSampleStep(start, done);
    costs ??= costBefore(plan, planRows(plan, create));
    const [first = 0, now = 0, all = 0] = [costs[nextStep], costs[done.step + 1], costs.at(-1)];
    return toSampleStep(start, done, { elapsedMs, remainingMs: (elapsedMs / (now - first)) * (all - now) });
  };
}

function toSampleStep(
  { plan, known, model, guideModel }: SamplingStart,
  { step: index, x, x0, memory }: ReverseStep,
  times: Pick<Progress, 'elapsedMs' | 'remainingMs'> = {},
): SampleStep {
  const { clip } = plan;
  const step = index + 1;
  const steps = plan.steps.length;
  const [t] = plan.steps[index] ?? [Number.NaN];
  let preview: Float32Array | undefined;
  return {
    step,
    steps,
    ...times,
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
      ...(known === undefined ? {} : { known: { image: known.image.slice(), mask: known.mask.slice() } }),
      ...(model === undefined ? {} : { model }),
      ...(guideModel === undefined ? {} : { guideModel }),
    }),
  };
}
