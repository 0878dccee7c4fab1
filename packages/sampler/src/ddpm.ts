// Ho, Jain, Abbeel, "Denoising Diffusion Probabilistic Models" (2020), Algorithm 2, in the form of its eq. 7: the mean
// is that of q(x_tPrev | x_t, x_0) at the predicted x_0, which can be clipped. Without clipping it equals
// (x_t - β_t/√(1-ᾱ_t) ε) / √α_t. For a step over several timesteps, α and β are those of the jump.
import { jump, type PredictionType, type Schedule, type TimestepPair } from '@isonoise/schedule';
import type { Denoiser } from './denoiser.ts';
import { type LinearStep, type StepArrays, takeLinearStep } from './linear-step.ts';
import { predictionCoefficients } from './prediction.ts';
import { runLinear } from './run-linear.ts';
import type { ReverseStep, StepOptions } from './step-options.ts';

/**
 * σ² of the reverse step (DDPM section 3.2): `fixedSmall` is the posterior's β̃, exact for data of a single point;
 * `fixedLarge` is β, exact for normal data.
 */
export type DdpmVariance = 'fixedSmall' | 'fixedLarge';

export interface DdpmOptions extends StepOptions {
  /** Default `fixedSmall`. */
  readonly variance?: DdpmVariance | undefined;
}

export interface DdpmStepSettings {
  readonly predictionType: PredictionType;
  /** Default `fixedSmall`. */
  readonly variance?: DdpmVariance | undefined;
  /** Default: not clipped. */
  readonly clip?: number | undefined;
}

/**
 * Computes the coefficients of a DDPM step from t to tPrev; σ = 0 for tPrev = -1.
 *
 * @throws `SCHEDULE_TIMESTEP`
 */
export function ddpmCoefficients(
  schedule: Schedule,
  t: number,
  tPrev: number,
  { predictionType, variance = 'fixedSmall', clip = Number.POSITIVE_INFINITY }: DdpmStepSettings,
): LinearStep {
  const at = jump(schedule, t, tPrev);
  const sigmaSquared = tPrev < 0 ? 0 : variance === 'fixedSmall' ? at.posteriorVariance : at.beta;
  return {
    prediction: predictionCoefficients(predictionType, at),
    clip,
    fromX0: at.posteriorMeanCoef1,
    fromX: at.posteriorMeanCoef2,
    fromEps: 0,
    sigma: Math.sqrt(sigmaSquared),
  };
}

/** Takes a DDPM step from t to tPrev; for callers that manage their own batches. */
export function ddpmStep(
  arrays: StepArrays,
  schedule: Schedule,
  t: number,
  tPrev: number,
  settings: DdpmStepSettings,
): void {
  takeLinearStep(ddpmCoefficients(schedule, t, tPrev, settings), arrays);
}

/**
 * Samples with DDPM (ancestral sampling).
 *
 * @param denoise the network; `options.predictionType` is the type of its output
 * @param x x_T, `[B, …]`, standard normal; not written to
 * @param steps reverse steps, most noise first; the step to -1 draws no noise
 * @returns the steps, yielded as they finish
 * @throws IsonoiseError, or the signal's reason
 */
export function sampleDdpm(
  denoise: Denoiser,
  x: Float32Array,
  steps: readonly TimestepPair[],
  options: DdpmOptions,
): AsyncGenerator<ReverseStep, void, undefined> {
  const { schedule } = options;
  return runLinear(denoise, x, steps, options, (t, tPrev) => ddpmCoefficients(schedule, t, tPrev, options));
}
