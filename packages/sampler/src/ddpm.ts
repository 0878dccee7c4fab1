// Ho, Jain, Abbeel, "Denoising Diffusion Probabilistic Models" (2020), Algorithm 2, in the form of its eq. 7: the mean
// is that of q(x_tPrev | x_t, x_0) at the network's x_0, which is where clipping belongs. Without clipping it is
// (x_t - β_t/√(1-ᾱ_t) ε) / √α_t. Over several timesteps at once, α and β are those of the jump.
import { jump, type PredictionType, type Schedule, type TimestepPair } from '@isonoise/schedule';
import type { Denoiser } from './denoiser.ts';
import { type LinearStep, type StepArrays, takeLinearStep } from './linear-step.ts';
import { predictionCoefficients } from './prediction.ts';
import { runLinear } from './run-linear.ts';
import type { ReverseStep, StepOptions } from './step-options.ts';

/**
 * σ² of the reverse step (DDPM section 3.2): `fixedSmall` is the posterior's β̃, exact for data that are one point;
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

/** The numbers of one DDPM step from t to tPrev. σ = 0 at tPrev = -1. @throws `SCHEDULE_TIMESTEP` */
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

/** One step from t to tPrev by DDPM: for callers that keep batches of their own. */
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
 * DDPM ancestral sampling.
 *
 * @param denoise the network; what it predicts is `options.predictionType`
 * @param x x_T, `[B, …]`, standard normal; not written to
 * @param steps reverse steps, most noise first; no noise is drawn at the one that ends at -1
 * @returns each step as it is done
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
