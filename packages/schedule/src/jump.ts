import { scheduleError } from './errors.ts';
import { checkTimestep, type DiffusionSchedule, requireDiffusion } from './schedule.ts';

/**
 * A reverse step over one or more timesteps: from t to tPrev < t, where tPrev = -1 is the image itself.
 * It has all scalars of q(x_tPrev | x_t, x_0).
 */
export interface Jump {
  readonly t: number;
  readonly tPrev: number;
  /** ᾱ_t. */
  readonly alphaBar: number;
  /** ᾱ_tPrev; 1 for tPrev = -1. */
  readonly alphaBarPrev: number;
  /** √ᾱ_t. */
  readonly sqrtAlphaBar: number;
  /** √(1 - ᾱ_t). */
  readonly sqrtOneMinusAlphaBar: number;
  /** √ᾱ_tPrev. */
  readonly sqrtAlphaBarPrev: number;
  /** 1 - ᾱ_tPrev; 0 for tPrev = -1. */
  readonly oneMinusAlphaBarPrev: number;
  /** α = ᾱ_t / ᾱ_tPrev; α_t if tPrev = t - 1. */
  readonly alpha: number;
  /** β = 1 - α: variance of q(x_t | x_tPrev). */
  readonly beta: number;
  /** √ᾱ_tPrev β / (1 - ᾱ_t). */
  readonly posteriorMeanCoef1: number;
  /** √α (1 - ᾱ_tPrev) / (1 - ᾱ_t). */
  readonly posteriorMeanCoef2: number;
  /** β̃ = β (1 - ᾱ_tPrev) / (1 - ᾱ_t); 0 for tPrev = -1. */
  readonly posteriorVariance: number;
}

/**
 * Computes the scalars of a reverse step.
 *
 * @param t in [0, T)
 * @param tPrev in [-1, t)
 * @throws `SCHEDULE_TIMESTEP`, `SCHEDULE_PROCESS`
 */
export function jump(schedule: DiffusionSchedule, t: number, tPrev: number): Jump {
  requireDiffusion('jump', schedule);
  checkTimestep('jump', schedule, t);
  if (!(Number.isInteger(tPrev) && tPrev >= -1 && tPrev < t)) {
    throw scheduleError(
      'SCHEDULE_TIMESTEP',
      `jump: tPrev is ${tPrev}; expected an integer in [-1, ${t}), as a reverse step goes to less noise.`,
    );
  }
  const alphaBar = schedule.alphaBars[t] as number;
  const oneMinusAlphaBar = schedule.oneMinusAlphaBars[t] as number;
  const alphaBarPrev = tPrev < 0 ? 1 : (schedule.alphaBars[tPrev] as number);
  const oneMinusAlphaBarPrev = tPrev < 0 ? 0 : (schedule.oneMinusAlphaBars[tPrev] as number);
  // A single step takes α and β from the tables, exactly as configured.
  const single = tPrev === t - 1;
  const alpha = single ? (schedule.alphas[t] as number) : alphaBar / alphaBarPrev;
  const beta = single
    ? (schedule.betas[t] as number)
    : (oneMinusAlphaBar - oneMinusAlphaBarPrev) / alphaBarPrev;
  return {
    t,
    tPrev,
    alphaBar,
    alphaBarPrev,
    sqrtAlphaBar: schedule.sqrtAlphaBars[t] as number,
    sqrtOneMinusAlphaBar: schedule.sqrtOneMinusAlphaBars[t] as number,
    sqrtAlphaBarPrev: Math.sqrt(alphaBarPrev),
    oneMinusAlphaBarPrev,
    alpha,
    beta,
    posteriorMeanCoef1: (Math.sqrt(alphaBarPrev) * beta) / oneMinusAlphaBar,
    posteriorMeanCoef2: (Math.sqrt(alpha) * oneMinusAlphaBarPrev) / oneMinusAlphaBar,
    posteriorVariance: (beta * oneMinusAlphaBarPrev) / oneMinusAlphaBar,
  };
}
