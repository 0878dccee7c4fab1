import { type ModelSpec, schedulerProcess, toSchedule, toTimesteps } from '@isonoise/bundle';
import { isIsonoiseError } from '@isonoise/error';
import {
  createSchedule,
  type Schedule,
  type ScheduleConfig,
  spacingsFor as spacingsOfProcess,
  TIMESTEP_RULES,
  type TimestepRule,
  timestepPairs,
} from '@isonoise/schedule';

/** Kinds of schedule that the sliders can describe. */
export const KINDS = ['linear', 'scaledLinear', 'quadratic', 'sigmoid', 'cosine', 'constant'] as const;
export type Kind = (typeof KINDS)[number];

/** Settings of the Inspect tab. */
export interface Inspected {
  /** `model` means the schedule of the chosen model. */
  readonly source: 'model' | Kind;
  readonly numTrainTimesteps: number;
  /** log₁₀ of the first β; a logarithm is used because β spans decades. */
  readonly logBetaStart: number;
  /** log₁₀ of the last β. */
  readonly logBetaEnd: number;
  readonly maxBeta: number;
  readonly steps: number;
  /** `''` means the model's rule, or `leading` without a model. */
  readonly spacing: TimestepRule | '';
  /**
   * Selected timestep as a fraction of T − 1, in [0, 1], so that the slider keeps its place when T changes.
   */
  readonly moment: number;
}

export const DEFAULT_INSPECTED: Inspected = {
  source: 'model',
  numTrainTimesteps: 1000,
  logBetaStart: -4,
  logBetaEnd: Math.log10(0.02),
  maxBeta: 0.999,
  steps: 25,
  spacing: '',
  moment: 0.3,
};

/** Converts the sliders' values to a config of `@isonoise/schedule`. */
export function configOf(kind: Kind, inspected: Inspected): ScheduleConfig {
  const { numTrainTimesteps, maxBeta } = inspected;
  const betaStart = 10 ** inspected.logBetaStart;
  const betaEnd = 10 ** inspected.logBetaEnd;
  if (kind === 'cosine') return { kind, numTrainTimesteps, maxBeta };
  if (kind === 'constant') return { kind, numTrainTimesteps, beta: betaEnd };
  return { kind, numTrainTimesteps, betaStart, betaEnd };
}

/**
 * Returns the schedule to show: the model's (linear without a model) if the source is `model`, else one built from the
 * sliders.
 */
export function scheduleOf(inspected: Inspected, spec: ModelSpec | null): Schedule {
  if (inspected.source !== 'model') return createSchedule(configOf(inspected.source, inspected));
  return spec === null ? createSchedule({ kind: 'linear' }) : toSchedule(spec.scheduler);
}

/**
 * Lists the timesteps that the sampler visits, from most noise to least.
 *
 * @returns an empty list if the model's offset exceeds its last timestep; such a request cannot be sampled
 */
export function visited(inspected: Inspected, schedule: Schedule, spec: ModelSpec | null): readonly number[] {
  const { numTrainTimesteps } = schedule;
  const steps = Math.min(inspected.steps, numTrainTimesteps);
  const rule = spacingOf(inspected, spec);
  if (inspected.source !== 'model' || spec === null) {
    return timestepPairs({ spacing: rule || 'leading', steps, numTrainTimesteps }).map(([t]) => t);
  }
  // As in sampling, `leading` applies the model's offset, even if the visitor chose `leading` explicitly.
  const { scheduler } = spec;
  try {
    return toTimesteps(scheduler, steps, rule === '' ? undefined : rule);
  } catch (cause) {
    if (isIsonoiseError(cause)) return [];
    throw cause;
  }
}

/**
 * Returns the offered spacings. `''` means the model's own spacing, which is offered only with the model's schedule.
 */
export function spacingsFor({ source }: Inspected, spec: ModelSpec | null): readonly (TimestepRule | '')[] {
  if (source !== 'model' || spec === null) return TIMESTEP_RULES;
  const fitting = spacingsOfProcess(schedulerProcess(spec.scheduler));
  return ['', ...TIMESTEP_RULES.filter((rule) => fitting.includes(rule))];
}

/** Returns the spacing in effect: the chosen one if it is offered, else `leading` if offered, else the model's own. */
export function spacingOf(inspected: Inspected, spec: ModelSpec | null): TimestepRule | '' {
  const { spacing } = inspected;
  const offered = spacingsFor(inspected, spec);
  if (offered.includes(spacing)) return spacing;
  return offered.includes('leading') ? 'leading' : '';
}

/** Facts about a schedule, for the summaries of the charts. */
export interface ScheduleFacts {
  /** First and last β; null for schedules without β. */
  readonly betas: readonly [first: number, last: number] | null;
  /** First t with at least as much noise as image (SNR ≤ 1); null if there is none. */
  readonly half: number | null;
  /** Share of the image that remains at the last timestep: ᾱ; 1 − σ for flow matching; α² for a sine schedule. */
  readonly left: number;
}

/**
 * Returns the shares of image and noise at each timestep: ᾱ and 1 − ᾱ; 1 − σ and σ for flow matching; α² and σ² for a
 * sine schedule.
 */
export function sharesOf(schedule: Schedule): {
  readonly image: readonly number[];
  readonly noise: readonly number[];
} {
  if (schedule.process === 'flow')
    return { image: schedule.sigmas.map((sigma) => 1 - sigma), noise: schedule.sigmas };
  const square = (value: number): number => value * value;
  return schedule.process === 'sine'
    ? { image: schedule.alphas.map(square), noise: schedule.sigmas.map(square) }
    : { image: schedule.alphaBars, noise: schedule.oneMinusAlphaBars };
}

export function factsOf(schedule: Schedule): ScheduleFacts {
  const { image } = sharesOf(schedule);
  const half = image.findIndex((share) => share <= 0.5);
  const betas = schedule.process === 'diffusion' ? schedule.betas : null;
  return {
    betas: betas && [betas[0] as number, betas.at(-1) as number],
    half: half === -1 ? null : half,
    left: image.at(-1) as number,
  };
}
