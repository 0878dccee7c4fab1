import { type ModelSpec, toSchedule, toTimesteps } from '@isonoise/bundle';
import { isIsonoiseError } from '@isonoise/error';
import {
  createSchedule,
  type Schedule,
  type ScheduleConfig,
  type Spacing,
  timestepPairs,
} from '@isonoise/schedule';

/** Kinds that a few numbers describe. */
export const KINDS = ['linear', 'scaledLinear', 'quadratic', 'sigmoid', 'cosine', 'constant'] as const;
export type Kind = (typeof KINDS)[number];

const SPACINGS = ['leading', 'linspace', 'trailing'] as const satisfies readonly Spacing[];

/** What is looked at. */
export interface Inspected {
  /** `model`: the schedule of the model that is chosen. */
  readonly source: 'model' | Kind;
  readonly numTrainTimesteps: number;
  /** Powers of ten: β spans decades. */
  readonly logBetaStart: number;
  readonly logBetaEnd: number;
  readonly maxBeta: number;
  readonly steps: number;
  /** `''`: as the model says, or `leading`. */
  readonly spacing: Spacing | '';
  /** As a part of T, so that it stays where it is when T changes; in [0, 1]. */
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

/** The sliders' numbers in the words of `@isonoise/schedule`. */
export function configOf(kind: Kind, inspected: Inspected): ScheduleConfig {
  const { numTrainTimesteps, maxBeta } = inspected;
  const betaStart = 10 ** inspected.logBetaStart;
  const betaEnd = 10 ** inspected.logBetaEnd;
  if (kind === 'cosine') return { kind, numTrainTimesteps, maxBeta };
  if (kind === 'constant') return { kind, numTrainTimesteps, beta: betaEnd };
  return { kind, numTrainTimesteps, betaStart, betaEnd };
}

/** @returns the model's schedule where it is asked for and there is a model, else one of the numbers */
export function scheduleOf(inspected: Inspected, spec: ModelSpec | null): Schedule {
  if (inspected.source !== 'model') return createSchedule(configOf(inspected.source, inspected));
  return spec === null ? createSchedule({ kind: 'linear' }) : toSchedule(spec.scheduler);
}

/**
 * The timesteps that so many steps visit, from most noise to least.
 * @returns none where the model's offset leads beyond its last timestep: such a request cannot be sampled either
 */
export function visited(inspected: Inspected, schedule: Schedule, spec: ModelSpec | null): readonly number[] {
  const { numTrainTimesteps } = schedule;
  const steps = Math.min(inspected.steps, numTrainTimesteps);
  const rule = spacingOf(inspected, spec);
  if (inspected.source !== 'model' || spec === null) {
    return timestepPairs({ spacing: rule || 'leading', steps, numTrainTimesteps }).map(([t]) => t);
  }
  // As the model is sampled: `leading` has its offset, chosen by name or not.
  const { scheduler } = spec;
  try {
    return toTimesteps(rule === '' ? scheduler : { ...scheduler, timestep_spacing: rule }, steps);
  } catch (cause) {
    if (isIsonoiseError(cause)) return [];
    throw cause;
  }
}

/** The rules to choose among: where there is a model's own, that is one of them. */
export function spacingsFor({ source }: Inspected, spec: ModelSpec | null): readonly (Spacing | '')[] {
  return source === 'model' && spec !== null ? ['', ...SPACINGS] : SPACINGS;
}

/** The rule that applies: of those to choose among. */
export function spacingOf(inspected: Inspected, spec: ModelSpec | null): Spacing | '' {
  const { spacing } = inspected;
  return spacingsFor(inspected, spec).includes(spacing) ? spacing : 'leading';
}

/** What the curves say, for a sentence each. */
export interface ScheduleFacts {
  readonly firstBeta: number;
  readonly lastBeta: number;
  /** First t at which at least half of the variance is noise: ᾱ_t ≤ ½; null where there is none. */
  readonly half: number | null;
  /** ᾱ at the end: what is left of the image. */
  readonly left: number;
}

export function factsOf({ betas, alphaBars }: Schedule): ScheduleFacts {
  const half = alphaBars.findIndex((alphaBar) => alphaBar <= 0.5);
  return {
    firstBeta: betas[0] as number,
    lastBeta: betas.at(-1) as number,
    half: half === -1 ? null : half,
    left: alphaBars.at(-1) as number,
  };
}
