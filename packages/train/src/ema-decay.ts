/** Exponential moving average of the weights: ema ← decay·ema + (1 − decay)·theta. */
export interface EmaConfig {
  /** Largest decay, in [0, 1). */
  readonly decay: number;
  /** Begin with small decays, so that the random start is forgotten soon. */
  readonly warmup: boolean;
}

/**
 * Decay of a step: min(decay, (1 + n)/(10 + n)) with n = step − 1 updates before it; without warmup `decay`.
 *
 * @param step from 1
 * @see TensorFlow's `tf.train.ExponentialMovingAverage` (`num_updates`) and `EMAModel` of diffusers: the same rule
 */
export function emaDecayAt({ decay, warmup }: EmaConfig, step: number): number {
  const updates = step - 1;
  return warmup ? Math.min(decay, (1 + updates) / (10 + updates)) : decay;
}
