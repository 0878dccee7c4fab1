// Song, Meng, Ermon, "Denoising Diffusion Implicit Models" (2021), eq. 12 and 16. Their α_t is ᾱ_t here.
import { jump, type PredictionType, type Schedule, type TimestepPair } from '@isonoise/schedule';
import type { Denoiser } from './denoiser.ts';
import { type LinearStep, type StepArrays, takeLinearStep } from './linear-step.ts';
import { predictionCoefficients } from './prediction.ts';
import { runLinear } from './run-linear.ts';
import type { ReverseStep, StepOptions } from './step-options.ts';

export interface DdimOptions extends StepOptions {
  /** In [0, 1]: 0 draws no noise, 1 has DDPM's σ. Default 0. */
  readonly eta?: number | undefined;
  /**
   * Whether the step uses the ε of the clipped x_0, as in OpenAI's code, instead of the predicted ε. Default true: with
   * the predicted ε, the amount that clipping removes from x_0 returns with the opposite sign. It grows with guidance
   * and distorts guided images. `diffusers` defaults to false.
   */
  readonly epsFromClipped?: boolean | undefined;
}

export interface DdimStepSettings {
  readonly predictionType: PredictionType;
  /** Default 0. */
  readonly eta?: number | undefined;
  /** Default true. */
  readonly epsFromClipped?: boolean | undefined;
  /** Default: not clipped. */
  readonly clip?: number | undefined;
}

/** Computes the coefficients of a DDIM step from t to tPrev. @throws `SCHEDULE_TIMESTEP` */
export function ddimCoefficients(
  schedule: Schedule,
  t: number,
  tPrev: number,
  { predictionType, eta = 0, epsFromClipped = true, clip = Number.POSITIVE_INFINITY }: DdimStepSettings,
): LinearStep {
  const at = jump(schedule, t, tPrev);
  // 1. σ = η √((1-ᾱ_prev)/(1-ᾱ_t)) √(1 - ᾱ_t/ᾱ_prev): η² times the posterior variance, eq. 16.
  const sigmaSquared = eta * eta * at.posteriorVariance;
  // 2. x_prev = √ᾱ_prev x_0 + √(1-ᾱ_prev-σ²) ε + σ z, eq. 12. Rounding must not push the root below 0.
  const direction = Math.sqrt(Math.max(0, at.oneMinusAlphaBarPrev - sigmaSquared));
  // 3. Insert ε = (x_t - √ᾱ_t x_0) / √(1-ᾱ_t), with the clipped x_0.
  const ratio = epsFromClipped ? direction / at.sqrtOneMinusAlphaBar : 0;
  return {
    prediction: predictionCoefficients(predictionType, at),
    clip,
    fromX0: at.sqrtAlphaBarPrev - ratio * at.sqrtAlphaBar,
    fromX: ratio,
    fromEps: epsFromClipped ? 0 : direction,
    sigma: Math.sqrt(sigmaSquared),
  };
}

/** Takes a DDIM step from t to tPrev; for callers that manage their own batches. */
export function ddimStep(
  arrays: StepArrays,
  schedule: Schedule,
  t: number,
  tPrev: number,
  settings: DdimStepSettings,
): void {
  takeLinearStep(ddimCoefficients(schedule, t, tPrev, settings), arrays);
}

/**
 * Samples with DDIM; deterministic for η = 0.
 *
 * @param denoise the network; `options.predictionType` is the type of its output
 * @param x x_T, `[B, …]`, standard normal; not written to
 * @param steps reverse steps, most noise first
 * @returns the steps, yielded as they finish
 * @throws IsonoiseError, or the signal's reason
 */
export function sampleDdim(
  denoise: Denoiser,
  x: Float32Array,
  steps: readonly TimestepPair[],
  options: DdimOptions,
): AsyncGenerator<ReverseStep, void, undefined> {
  const { schedule } = options;
  return runLinear(denoise, x, steps, options, (t, tPrev) => ddimCoefficients(schedule, t, tPrev, options));
}
