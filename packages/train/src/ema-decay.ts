/** Exponential moving average of the weights: ema ← decay·ema + (1 − decay)·theta. */
export interface EmaConfig {
  /** Largest decay, in [0, 1). */
  readonly decay: number;
  /** Whether the decay is small in the first steps, so that the random initial weights soon lose their influence. */
  readonly warmup: boolean;
}

/**
 * Returns the decay of a step: min(decay, (1 + n)/(10 + n)) with n = step − 1 earlier updates;
 * without warmup, `decay`.
 *
 * @param step from 1
 * @see TensorFlow's `tf.train.ExponentialMovingAverage` (`num_updates`) and diffusers'
 *   `EMAModel`, which use this rule
 */
export function emaDecayAt({ decay, warmup }: EmaConfig, step: number): number {
  const updates = step - 1;
  return warmup ? Math.min(decay, (1 + updates) / (10 + updates)) : decay;
}
