// The equation x_t = √ᾱ_t x_0 + √(1-ᾱ_t) ε, solved for each variable.
//
// Letters: B images, … the shape of one image. t is `[B]`, zero-based. `out` may be one of the inputs. Default: a new array.
// Invalid inputs throw SCHEDULE_TIMESTEP or SCHEDULE_SHAPE. Functions that only support diffusion throw
// SCHEDULE_PROCESS for schedules without β.
import { type Coefficients, combine } from './combine.ts';
import { scheduleError } from './errors.ts';
import { levelAt } from './level.ts';
import { type DiffusionSchedule, requireDiffusion, type Schedule } from './schedule.ts';

type Timesteps = ArrayLike<number>;

/** A relation of diffusion: computes an array from x and y, all `[B, …]`, at the timesteps t. */
type Relation = (
  schedule: DiffusionSchedule,
  x: Float32Array,
  t: Timesteps,
  y: Float32Array,
  out?: Float32Array,
) => Float32Array;

type AtTimestep = (schedule: DiffusionSchedule, t: number) => Coefficients;

/** Makes the function of a relation a_t x + b_t y. */
const relation =
  (operation: string, coefficients: AtTimestep): Relation =>
  (schedule, x, t, y, out) =>
    combine(operation, requireDiffusion(operation, schedule), coefficients, x, y, t, out);

/** Computes coefficients from the factors of x_0 and ε in x_t: signal = √ᾱ_t and noise = √(1-ᾱ_t). */
const solving =
  (solve: (signal: number, noise: number) => Coefficients): AtTimestep =>
  ({ sqrtAlphaBars, sqrtOneMinusAlphaBars }, t) =>
    solve(sqrtAlphaBars[t] as number, sqrtOneMinusAlphaBars[t] as number);

/**
 * Draws from q(x_t | x_0) = N(√ᾱ_t x_0, (1-ᾱ_t) I): x_t = √ᾱ_t x_0 + √(1-ᾱ_t) ε, DDPM eq. 4. On schedules
 * without β, the factors of x_0 and ε are those of {@link levelAt}.
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

const posteriorMean = relation('qPosteriorMean', ({ posteriorMeanCoef1, posteriorMeanCoef2 }, t) => [
  posteriorMeanCoef1[t] as number,
  posteriorMeanCoef2[t] as number,
]);

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
  return posteriorMean(schedule, x0, t, xt, out);
}

/**
 * Mean of p(x_{t-1} | x_t), DDPM Algorithm 2, line 4, from x = x_t and y = ε: (x_t - β_t/√(1-ᾱ_t) ε) / √α_t. It equals
 * {@link qPosteriorMean} at the x_0 that ε implies.
 */
export const pMeanFromEps: Relation = relation('pMeanFromEps', (schedule, t) => {
  const scale = 1 / Math.sqrt(schedule.alphas[t] as number);
  return [scale, (-scale * (schedule.betas[t] as number)) / (schedule.sqrtOneMinusAlphaBars[t] as number)];
});

/** x_0 = (x_t - √(1-ᾱ_t) ε) / √ᾱ_t, from x = x_t and y = ε. */
export const predictX0FromEps: Relation = relation(
  'predictX0FromEps',
  solving((signal, noise) => [1 / signal, -noise / signal]),
);

/** ε = (x_t - √ᾱ_t x_0) / √(1-ᾱ_t), from x = x_t and y = x_0. */
export const predictEpsFromX0: Relation = relation(
  'predictEpsFromX0',
  solving((signal, noise) => [1 / noise, -signal / noise]),
);

/**
 * v = √ᾱ_t ε - √(1-ᾱ_t) x_0 (Salimans & Ho 2022, appendix D). On a sine schedule, α and σ take the place of the roots.
 *
 * @param x0 images, `[B, …]`
 * @param noise ε, `[B, …]`
 * @returns v, `[B, …]`
 */
export function velocity(
  schedule: Schedule,
  x0: Float32Array,
  t: Timesteps,
  noise: Float32Array,
  out?: Float32Array,
): Float32Array {
  const coefficients = (from: Schedule, at: number): Coefficients => {
    const { alpha, sigma } = levelAt(from, at);
    return [-sigma, alpha];
  };
  const fitting = schedule.process === 'sine' ? schedule : requireDiffusion('velocity', schedule);
  return combine('velocity', fitting, coefficients, x0, noise, t, out);
}

/** x_0 = √ᾱ_t x_t - √(1-ᾱ_t) v, from x = x_t and y = v. */
export const predictX0FromV: Relation = relation(
  'predictX0FromV',
  solving((signal, noise) => [signal, -noise]),
);

/** ε = √(1-ᾱ_t) x_t + √ᾱ_t v, from x = x_t and y = v. */
export const predictEpsFromV: Relation = relation(
  'predictEpsFromV',
  solving((signal, noise) => [noise, signal]),
);

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
