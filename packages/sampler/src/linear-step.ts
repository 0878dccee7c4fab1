import type { PredictionCoefficients } from './prediction.ts';

/**
 * What a reverse step reads and writes: arrays of equal length, of one image or of all that stand at one timestep.
 * Nothing here knows of the batch, so images at different timesteps can share one network call.
 */
export interface StepArrays {
  /** x_t; read. */
  readonly x: Float32Array;
  /** The network's answer; read. */
  readonly output: Float32Array;
  /** Standard normals; read, and only where the step has σ > 0. */
  readonly noise?: Float32Array | undefined;
  /** x_tPrev; written. May be `x`. */
  readonly next: Float32Array;
  /** Estimate of x_0; written. */
  readonly x0: Float32Array;
}

/** A reverse step as numbers: every one-step sampler is this, with coefficients of its own. */
export interface LinearStep {
  /** x_0 and ε from x_t and the network's answer. */
  readonly prediction: PredictionCoefficients;
  /** x_0 is clipped to ±clip; ∞ for no clipping. */
  readonly clip: number;
  /** Factor of the (clipped) x_0. */
  readonly fromX0: number;
  /** Factor of x_t. */
  readonly fromX: number;
  /** Factor of ε as predicted. */
  readonly fromEps: number;
  /** Factor of the noise; 0 draws none. */
  readonly sigma: number;
}

/**
 * x_tPrev = fromX0 · clip(x_0) + fromX · x_t + fromEps · ε + σ z. float64 inside, rounded once to float32.
 */
export function takeLinearStep(step: LinearStep, { x, output, noise, next, x0 }: StepArrays): void {
  const { prediction, clip, fromX0, sigma } = step;
  const { x0FromX, x0FromOutput } = prediction;
  // ε is linear in x_t and the output: folded into their factors.
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
