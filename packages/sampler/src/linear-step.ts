import type { PredictionCoefficients } from './prediction.ts';

/**
 * Inputs and outputs of a reverse step: arrays of equal length, for one image or several at the same timestep.
 * Steps do not depend on the batch, so images at different timesteps can share a network call.
 */
export interface StepArrays {
  /** Input: x_t. */
  readonly x: Float32Array;
  /** Input: the network's output. */
  readonly output: Float32Array;
  /** Input: standard normals; needed only if σ > 0. */
  readonly noise?: Float32Array | undefined;
  /** Output: x_tPrev. May be `x`. */
  readonly next: Float32Array;
  /** Output: the estimate of x_0. */
  readonly x0: Float32Array;
}

/** Coefficients of a reverse step. One-step samplers differ only in them. */
export interface LinearStep {
  /** How x_0 and ε follow from x_t and the network's output. */
  readonly prediction: PredictionCoefficients;
  /** x_0 is clipped to ±clip; ∞ for no clipping. */
  readonly clip: number;
  /** Factor of the (clipped) x_0. */
  readonly fromX0: number;
  /** Factor of x_t. */
  readonly fromX: number;
  /** Factor of the predicted ε. */
  readonly fromEps: number;
  /** Factor of the noise; 0 draws none. */
  readonly sigma: number;
}

/**
 * Computes x_tPrev = fromX0 · clip(x_0) + fromX · x_t + fromEps · ε + σ z in float64, rounded once to float32.
 */
export function takeLinearStep(step: LinearStep, { x, output, noise, next, x0 }: StepArrays): void {
  const { prediction, clip, fromX0, sigma } = step;
  const { x0FromX, x0FromOutput } = prediction;
  // ε is linear in x_t and the output: add it to their factors.
  const fromX = step.fromX + step.fromEps * prediction.epsFromX;
  const fromOutput = step.fromEps * prediction.epsFromOutput;
  for (let i = 0; i < x.length; i++) {
    const xi = x[i] as number;
    const oi = output[i] as number;
    let estimate = x0FromX * xi + x0FromOutput * oi;
    if (estimate > clip) estimate = clip;
    else if (estimate < -clip) estimate = -clip;
    x0[i] = estimate;
    let value = fromX0 * estimate + fromX * xi + fromOutput * oi;
    if (noise !== undefined && sigma !== 0) value += sigma * (noise[i] as number);
    next[i] = value;
  }
}
