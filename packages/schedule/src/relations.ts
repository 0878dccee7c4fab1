// The equation x_t = √ᾱ_t x_0 + √(1-ᾱ_t) ε, solved for each variable.
//
// Letters: B images, … the shape of one image. t is `[B]`, zero-based. `out` may be one of the inputs; by default it is a new
// array. Wrong inputs throw SCHEDULE_TIMESTEP or SCHEDULE_SHAPE. Functions for diffusion alone throw SCHEDULE_PROCESS for a
// flow schedule.
import { type Coefficients, combine } from './combine.ts';
import { scheduleError } from './errors.ts';
import { levelAt } from './level.ts';
import { type DiffusionSchedule, requireDiffusion, type Schedule } from './schedule.ts';

type Timesteps = ArrayLike<number>;

/** Computes coefficients from the factors of x_0 and ε in x_t: signal = √ᾱ_t and noise = √(1-ᾱ_t). */
const solving =
  (solve: (signal: number, noise: number) => Coefficients) =>
  ({ sqrtAlphaBars, sqrtOneMinusAlphaBars }: DiffusionSchedule, t: number): Coefficients =>
    solve(sqrtAlphaBars[t] as number, sqrtOneMinusAlphaBars[t] as number);

/**
 * Draws from q(x_t | x_0) = N(√ᾱ_t x_0, (1-ᾱ_t) I): x_t = √ᾱ_t x_0 + √(1-ᾱ_t) ε, DDPM eq. 4. On a flow schedule,
 * x_t = (1-σ_t) x_0 + σ_t ε.
 *
 * @param x0 images, `[B, …]`
 * @param noise ε, standard normals, `[B, …]`
 * @returns x_t, `[B, …]`
 */
export function qSample(
  schedule: Schedule,
  x0: Float32Array,
  t: Timesteps,
  noise: Float32Array,
  out?: Float32Array,
): Float32Array {
  const coefficients = (from: Schedule, at: number): Coefficients => {
    const { alpha, sigma } = levelAt(from, at);
    return [alpha, sigma];
  };
  return combine('qSample', schedule, coefficients, x0, noise, t, out);
}

/**
 * Mean of q(x_{t-1} | x_t, x_0), DDPM eq. 7; its variance is `schedule.posteriorVariance[t]`.
 *
 * @returns `[B, …]`
 */
export function qPosteriorMean(
  schedule: DiffusionSchedule,
  x0: Float32Array,
  xt: Float32Array,
  t: Timesteps,
  out?: Float32Array,
): Float32Array {
  const coefficients = (
    { posteriorMeanCoef1, posteriorMeanCoef2 }: DiffusionSchedule,
    t: number,
  ): Coefficients => [posteriorMeanCoef1[t] as number, posteriorMeanCoef2[t] as number];
  return combine(
    'qPosteriorMean',
    requireDiffusion('qPosteriorMean', schedule),
    coefficients,
    x0,
    xt,
    t,
    out,
  );
}

/**
 * Mean of p(x_{t-1} | x_t), DDPM Algorithm 2, line 4: (x_t - β_t/√(1-ᾱ_t) ε) / √α_t. It equals
 * {@link qPosteriorMean} at the x_0 that ε implies.
 *
 * @returns `[B, …]`
 */
export function pMeanFromEps(
  schedule: DiffusionSchedule,
  xt: Float32Array,
  t: Timesteps,
  eps: Float32Array,
  out?: Float32Array,
): Float32Array {
  const coefficients = (s: DiffusionSchedule, t: number): Coefficients => {
    const scale = 1 / Math.sqrt(s.alphas[t] as number);
    return [scale, (-scale * (s.betas[t] as number)) / (s.sqrtOneMinusAlphaBars[t] as number)];
  };
  return combine('pMeanFromEps', requireDiffusion('pMeanFromEps', schedule), coefficients, xt, eps, t, out);
}

/** x_0 = (x_t - √(1-ᾱ_t) ε) / √ᾱ_t. @returns `[B, …]` */
export function predictX0FromEps(
  schedule: DiffusionSchedule,
  xt: Float32Array,
  t: Timesteps,
  eps: Float32Array,
  out?: Float32Array,
): Float32Array {
  const coefficients = solving((signal, noise) => [1 / signal, -noise / signal]);
  return combine(
    'predictX0FromEps',
    requireDiffusion('predictX0FromEps', schedule),
    coefficients,
    xt,
    eps,
    t,
    out,
  );
}

/** ε = (x_t - √ᾱ_t x_0) / √(1-ᾱ_t). @returns `[B, …]` */
export function predictEpsFromX0(
  schedule: DiffusionSchedule,
  xt: Float32Array,
  t: Timesteps,
  x0: Float32Array,
  out?: Float32Array,
): Float32Array {
  const coefficients = solving((signal, noise) => [1 / noise, -signal / noise]);
  return combine(
    'predictEpsFromX0',
    requireDiffusion('predictEpsFromX0', schedule),
    coefficients,
    xt,
    x0,
    t,
    out,
  );
}

/** v = √ᾱ_t ε - √(1-ᾱ_t) x_0 (Salimans & Ho 2022, appendix D). @returns `[B, …]` */
export function velocity(
  schedule: DiffusionSchedule,
  x0: Float32Array,
  t: Timesteps,
  eps: Float32Array,
  out?: Float32Array,
): Float32Array {
  const coefficients = solving((signal, noise) => [-noise, signal]);
  return combine('velocity', requireDiffusion('velocity', schedule), coefficients, x0, eps, t, out);
}

/** x_0 = √ᾱ_t x_t - √(1-ᾱ_t) v. @returns `[B, …]` */
export function predictX0FromV(
  schedule: DiffusionSchedule,
  xt: Float32Array,
  t: Timesteps,
  v: Float32Array,
  out?: Float32Array,
): Float32Array {
  const coefficients = solving((signal, noise) => [signal, -noise]);
  return combine('predictX0FromV', requireDiffusion('predictX0FromV', schedule), coefficients, xt, v, t, out);
}

/** ε = √(1-ᾱ_t) x_t + √ᾱ_t v. @returns `[B, …]` */
export function predictEpsFromV(
  schedule: DiffusionSchedule,
  xt: Float32Array,
  t: Timesteps,
  v: Float32Array,
  out?: Float32Array,
): Float32Array {
  const coefficients = solving((signal, noise) => [noise, signal]);
  return combine(
    'predictEpsFromV',
    requireDiffusion('predictEpsFromV', schedule),
    coefficients,
    xt,
    v,
    t,
    out,
  );
}

/** Velocity of flow matching, from the image to the noise: ε - x_0, at every t. @returns `[B, …]` */
export function flowVelocity(
  x0: Float32Array,
  eps: Float32Array,
  out: Float32Array = new Float32Array(x0.length),
): Float32Array {
  if (eps.length !== x0.length || out.length !== x0.length) {
    throw scheduleError(
      'SCHEDULE_SHAPE',
      `flowVelocity: got ${x0.length}, ${eps.length} and ${out.length} values; expected arrays of equal length.`,
    );
  }
  for (let i = 0; i < out.length; i++) out[i] = (eps[i] as number) - (x0[i] as number);
  return out;
}
