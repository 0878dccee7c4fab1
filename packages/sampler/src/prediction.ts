import type { Level, PredictionType } from '@isonoise/schedule';
import type { NetworkRow } from './row.ts';

/** x_0 = x0FromX · x_t + x0FromOutput · output; ε = epsFromX · x_t + epsFromOutput · output. */
export interface PredictionCoefficients {
  readonly x0FromX: number;
  readonly x0FromOutput: number;
  readonly epsFromX: number;
  readonly epsFromOutput: number;
}

const RULES: {
  readonly [K in PredictionType]: (signal: number, noise: number) => PredictionCoefficients;
} = {
  // x_0 = (x_t - √(1-ᾱ) ε) / √ᾱ
  epsilon: (signal, noise) => ({
    x0FromX: 1 / signal,
    x0FromOutput: -noise / signal,
    epsFromX: 0,
    epsFromOutput: 1,
  }),
  // ε = (x_t - √ᾱ x_0) / √(1-ᾱ)
  sample: (signal, noise) => ({
    x0FromX: 0,
    x0FromOutput: 1,
    epsFromX: 1 / noise,
    epsFromOutput: -signal / noise,
  }),
  // x_0 = √ᾱ x_t - √(1-ᾱ) v, ε = √(1-ᾱ) x_t + √ᾱ v
  v_prediction: (signal, noise) => ({
    x0FromX: signal,
    x0FromOutput: -noise,
    epsFromX: noise,
    epsFromOutput: signal,
  }),
  // With u = ε - x_0 and α + σ = 1: x_0 = x_t - σ u, ε = x_t + α u
  flow: (signal, noise) => ({
    x0FromX: 1,
    x0FromOutput: -noise,
    epsFromX: 1,
    epsFromOutput: signal,
  }),
};

/** Returns the coefficients of a prediction type. Nothing else depends on the type: samplers use only x_0 and ε. */
export function predictionCoefficients(
  type: PredictionType,
  { alpha, sigma }: Pick<Level, 'alpha' | 'sigma'>,
): PredictionCoefficients {
  return RULES[type](alpha, sigma);
}

/**
 * Returns the coefficients of a row's answer at the level of its images. At σ = 0, ε cannot be computed from a predicted
 * x_0, so the coefficients are those at the level of the network call.
 */
export function answerCoefficients(
  type: PredictionType,
  { at, of = at }: Pick<NetworkRow, 'at' | 'of'>,
): PredictionCoefficients {
  return predictionCoefficients(type, type === 'sample' && of.sigma === 0 ? at : of);
}
