// The forward process of Ho, Jain, Abbeel, "Denoising Diffusion Probabilistic Models" (2020), with t from zero:
// t = 0 is one step of noise, and t = -1 is the image itself (x_0 in the paper), so ᾱ_{-1} = 1.
import { makeBetas } from './betas.ts';
import { log } from './elementary.ts';
import { scheduleError } from './errors.ts';
import { createFlowSchedule, type FlowSchedule } from './flow-schedule.ts';
import {
  type DiffusionConfig,
  type FlowConfig,
  type FullDiffusionConfig,
  MIN_BETA,
  parseScheduleConfig,
  type ScheduleConfig,
  type SineConfig,
} from './schedule-config.ts';
import { createSineSchedule, type SineSchedule } from './sine-schedule.ts';

/** Float64 values, one for each t in 0 … T-1; frozen. */
export type Table = readonly number[];

/** A function like {@link createSchedule}. The server passes a function that reuses recent schedules. */
export type CreateSchedule = (config: ScheduleConfig) => Schedule;

/**
 * Immutable tables of a noise schedule. Index t is timestep t. `process` is `diffusion` for schedules defined by β,
 * `flow` for flow matching, and `sine` for the continuous schedule of IPNDMScheduler.
 */
export type Schedule = DiffusionSchedule | FlowSchedule | SineSchedule;

/** The forward process of a schedule. */
export type ScheduleProcess = Schedule['process'];

/** Immutable tables of a schedule that adds noise of variance β_t. Index t is timestep t. */
export interface DiffusionSchedule {
  readonly process: 'diffusion';
  /** Its config, with defaults applied. */
  readonly config: FullDiffusionConfig;
  /** T. */
  readonly numTrainTimesteps: number;
  /** β_t: variance of q(x_t | x_{t-1}). */
  readonly betas: Table;
  /** α_t = 1 - β_t. */
  readonly alphas: Table;
  /** ᾱ_t = α_0 ⋯ α_t, inclusive of t. */
  readonly alphaBars: Table;
  /** ᾱ_{t-1}; 1 at t = 0. */
  readonly alphaBarsPrev: Table;
  /** 1 - ᾱ_t, by a recurrence without cancellation: full precision even near ᾱ_t = 1. */
  readonly oneMinusAlphaBars: Table;
  /** √ᾱ_t. */
  readonly sqrtAlphaBars: Table;
  /** √(1 - ᾱ_t). */
  readonly sqrtOneMinusAlphaBars: Table;
  /** ᾱ_t / (1 - ᾱ_t). */
  readonly snr: Table;
  /** Factor of x_0 in the mean of q(x_{t-1} | x_t, x_0): √ᾱ_{t-1} β_t / (1 - ᾱ_t). DDPM eq. 7. */
  readonly posteriorMeanCoef1: Table;
  /** Factor of x_t in the same mean: √α_t (1 - ᾱ_{t-1}) / (1 - ᾱ_t). */
  readonly posteriorMeanCoef2: Table;
  /** Variance of q(x_{t-1} | x_t, x_0): β̃_t = β_t (1 - ᾱ_{t-1}) / (1 - ᾱ_t); 0 at t = 0. */
  readonly posteriorVariance: Table;
  /** log β̃_t. At t = 0 it would be -∞, so the value at t = 1 is used (Ho et al., code), or log β_0 if T = 1. */
  readonly posteriorLogVarianceClipped: Table;
}

/**
 * Creates a noise schedule.
 *
 * @param config parsed by {@link parseScheduleConfig}: unknown keys and numbers out of range throw
 * @throws `SCHEDULE_CONFIG`; also if ᾱ falls below the normal range of float64
 */
export function createSchedule(config: DiffusionConfig): DiffusionSchedule;
export function createSchedule(config: FlowConfig): FlowSchedule;
export function createSchedule(config: SineConfig): SineSchedule;
export function createSchedule(config: ScheduleConfig): Schedule;
export function createSchedule(config: ScheduleConfig): Schedule {
  const full = parseScheduleConfig(config);
  if (full.kind === 'flow') return createFlowSchedule(full);
  return full.kind === 'sine' ? createSineSchedule(full) : createDiffusionSchedule(full);
}

function createDiffusionSchedule(full: FullDiffusionConfig): DiffusionSchedule {
  const betas = makeBetas(full);
  const T = betas.length;

  const table = (): number[] => new Array<number>(T).fill(0);
  const alphas = table();
  const alphaBars = table();
  const alphaBarsPrev = table();
  const oneMinusAlphaBars = table();
  const sqrtAlphaBars = table();
  const sqrtOneMinusAlphaBars = table();
  const snr = table();
  const posteriorMeanCoef1 = table();
  const posteriorMeanCoef2 = table();
  const posteriorVariance = table();
  const posteriorLogVarianceClipped = table();

  let alphaBarPrev = 1;
  let oneMinusPrev = 0;
  for (let t = 0; t < T; t++) {
    const beta = betas[t] as number;
    const alpha = 1 - beta;
    const alphaBar = alphaBarPrev * alpha;
    const isEmpty = full.zeroTerminalSnr === true && t === T - 1;
    if (alphaBar < SMALLEST_NORMAL && !isEmpty) refuseTinyAlphaBar(t, T);
    if (!(beta >= MIN_BETA)) refuseTinyBeta(t, beta);
    // 1 - ᾱ_t = 1 - α_t (1 - (1 - ᾱ_{t-1})) = β_t + α_t (1 - ᾱ_{t-1}): a sum of positive terms.
    const oneMinus = beta + alpha * oneMinusPrev;

    alphas[t] = alpha;
    alphaBars[t] = alphaBar;
    alphaBarsPrev[t] = alphaBarPrev;
    oneMinusAlphaBars[t] = oneMinus;
    sqrtAlphaBars[t] = Math.sqrt(alphaBar);
    sqrtOneMinusAlphaBars[t] = Math.sqrt(oneMinus);
    snr[t] = alphaBar / oneMinus;
    posteriorMeanCoef1[t] = (Math.sqrt(alphaBarPrev) * beta) / oneMinus;
    posteriorMeanCoef2[t] = (Math.sqrt(alpha) * oneMinusPrev) / oneMinus;
    posteriorVariance[t] = (beta * oneMinusPrev) / oneMinus;
    if (t > 0) posteriorLogVarianceClipped[t] = log(posteriorVariance[t] as number);

    alphaBarPrev = alphaBar;
    oneMinusPrev = oneMinus;
  }
  posteriorLogVarianceClipped[0] =
    T > 1 ? (posteriorLogVarianceClipped[1] as number) : log(betas[0] as number);

  if (full.kind === 'trained') Object.freeze(full.betas);
  return Object.freeze({
    process: 'diffusion',
    config: Object.freeze(full),
    numTrainTimesteps: T,
    betas: Object.freeze(betas),
    alphas: Object.freeze(alphas),
    alphaBars: Object.freeze(alphaBars),
    alphaBarsPrev: Object.freeze(alphaBarsPrev),
    oneMinusAlphaBars: Object.freeze(oneMinusAlphaBars),
    sqrtAlphaBars: Object.freeze(sqrtAlphaBars),
    sqrtOneMinusAlphaBars: Object.freeze(sqrtOneMinusAlphaBars),
    snr: Object.freeze(snr),
    posteriorMeanCoef1: Object.freeze(posteriorMeanCoef1),
    posteriorMeanCoef2: Object.freeze(posteriorMeanCoef2),
    posteriorVariance: Object.freeze(posteriorVariance),
    posteriorLogVarianceClipped: Object.freeze(posteriorLogVarianceClipped),
  });
}

/** Smallest ᾱ. Below it, ᾱ loses precision, and x_0 = (x_t - …) / √ᾱ is meaningless. */
const SMALLEST_NORMAL = 2 ** -1022;

function refuseTinyAlphaBar(t: number, T: number): never {
  throw scheduleError(
    'SCHEDULE_CONFIG',
    `schedule config: alphaBar at t = ${t} of ${T} is so small that nothing is left of the image; expected at least ` +
      `${SMALLEST_NORMAL}. Use fewer timesteps or smaller betas.`,
  );
}

/**
 * Refuses a beta that rescaling for zero SNR made too small. Rescaling subtracts nearly equal numbers, so tiny betas
 * become 0, or NaN if the first and the last ᾱ are equal.
 */
function refuseTinyBeta(t: number, beta: number): never {
  throw scheduleError(
    'SCHEDULE_CONFIG',
    `schedule config: beta at t = ${t} is ${beta} with zeroTerminalSnr; expected at least ${MIN_BETA}. Use larger betas.`,
  );
}

/** Returns t if it is a timestep of the schedule. @throws `SCHEDULE_TIMESTEP` */
export function checkTimestep(
  operation: string,
  { numTrainTimesteps }: Pick<Schedule, 'numTrainTimesteps'>,
  t: number,
): number {
  if (Number.isInteger(t) && t >= 0 && t < numTrainTimesteps) return t;
  throw scheduleError(
    'SCHEDULE_TIMESTEP',
    `${operation}: timestep is ${t}; expected an integer in [0, ${numTrainTimesteps}).`,
  );
}

/** Returns the schedule if it is a flow schedule. @throws `SCHEDULE_PROCESS` */
export function requireFlow(operation: string, schedule: Schedule): FlowSchedule {
  if (schedule.process === 'flow') return schedule;
  throw scheduleError(
    'SCHEDULE_PROCESS',
    `${operation}: the schedule is ${schedule.config.kind}; expected flow. Use a sampler or relation for diffusion.`,
  );
}

/** Returns the schedule if it is a diffusion schedule. @throws `SCHEDULE_PROCESS` */
export function requireDiffusion(operation: string, schedule: Schedule): DiffusionSchedule {
  if (schedule.process === 'diffusion') return schedule;
  throw scheduleError(
    'SCHEDULE_PROCESS',
    `${operation}: the schedule is ${schedule.config.kind}, which has no beta; expected a schedule of diffusion. ` +
      `Use a sampler or relation for ${schedule.config.kind}.`,
  );
}

/** Returns t if it is a time of the schedule, whole or fractional. @throws `SCHEDULE_TIMESTEP` */
export function checkTime(operation: string, schedule: Schedule, t: number): number {
  const last = schedule.numTrainTimesteps - 1;
  if (t >= 0 && t <= last) return t;
  throw scheduleError(
    'SCHEDULE_TIMESTEP',
    `${operation}: timestep is ${t}; expected a number in [0, ${last}].`,
  );
}
