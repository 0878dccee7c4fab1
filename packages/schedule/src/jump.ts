import { scheduleError } from './errors.ts';
import { levelAt } from './level.ts';
import { checkTime, type DiffusionSchedule, requireDiffusion } from './schedule.ts';

/**
 * A reverse step from t to tPrev < t, with all scalars of q(x_tPrev | x_t, x_0). Both times may be fractional. tPrev = -1 is
 * the image itself.
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

/** ᾱ and 1 - ᾱ at a time, and their square roots. */
interface Moment {
  readonly alphaBar: number;
  readonly oneMinusAlphaBar: number;
  readonly sqrtAlphaBar: number;
  readonly sqrtOneMinusAlphaBar: number;
}

function momentAt(schedule: DiffusionSchedule, t: number): Moment {
  if (t >= 0 && Number.isInteger(t)) {
    return {
      alphaBar: schedule.alphaBars[t] as number,
      oneMinusAlphaBar: schedule.oneMinusAlphaBars[t] as number,
      sqrtAlphaBar: schedule.sqrtAlphaBars[t] as number,
      sqrtOneMinusAlphaBar: schedule.sqrtOneMinusAlphaBars[t] as number,
    };
  }
  const { alpha, sigma } = levelAt(schedule, t);
  return {
    alphaBar: alpha * alpha,
    oneMinusAlphaBar: sigma * sigma,
    sqrtAlphaBar: alpha,
    sqrtOneMinusAlphaBar: sigma,
  };
}

/**
 * Computes the scalars of a reverse step.
 *
 * @param t in [0, T-1]
 * @param tPrev in [0, t), or -1
 * @throws `SCHEDULE_TIMESTEP`, `SCHEDULE_PROCESS`
 */
export function jump(schedule: DiffusionSchedule, t: number, tPrev: number): Jump {
  requireDiffusion('jump', schedule);
  checkTime('jump', schedule, t);
  if (!(tPrev === -1 || (tPrev >= 0 && tPrev < t))) {
    throw scheduleError(
      'SCHEDULE_TIMESTEP',
      `jump: tPrev is ${tPrev}; expected -1 or a number in [0, ${t}), because a reverse step goes to less noise.`,
    );
  }
  const { alphaBar, oneMinusAlphaBar, sqrtAlphaBar, sqrtOneMinusAlphaBar } = momentAt(schedule, t);
  const { alphaBar: alphaBarPrev, oneMinusAlphaBar: oneMinusAlphaBarPrev } = momentAt(schedule, tPrev);
  // A step between neighbouring timesteps takes α and β from the tables, exactly as configured.
  const single = Number.isInteger(t) && tPrev === t - 1;
  const alpha = single ? (schedule.alphas[t] as number) : alphaBar / alphaBarPrev;
  const beta = single
    ? (schedule.betas[t] as number)
    : (oneMinusAlphaBar - oneMinusAlphaBarPrev) / alphaBarPrev;
  return {
    t,
    tPrev,
    alphaBar,
    alphaBarPrev,
    sqrtAlphaBar,
    sqrtOneMinusAlphaBar,
    sqrtAlphaBarPrev: Math.sqrt(alphaBarPrev),
    oneMinusAlphaBarPrev,
    alpha,
    beta,
    posteriorMeanCoef1: (Math.sqrt(alphaBarPrev) * beta) / oneMinusAlphaBar,
    posteriorMeanCoef2: (Math.sqrt(alpha) * oneMinusAlphaBarPrev) / oneMinusAlphaBar,
    posteriorVariance: (beta * oneMinusAlphaBarPrev) / oneMinusAlphaBar,
  };
}
