import * as tf from '@tensorflow/tfjs-core';

interface Moments {
  /** Average of the gradient. */
  readonly m: tf.Tensor1D;
  /** Average of the squared gradient. */
  readonly v: tf.Tensor1D;
}

/** Decays of Adam's moments. */
interface Betas {
  readonly beta1: number;
  readonly beta2: number;
}

/**
 * Returns the corrections 1 − β1ᵏ and 1 − β2ᵏ of the moments at step k, for m̂ = m / (1 − β1ᵏ) and v̂ = v / (1 −
 * β2ᵏ).
 */
export function adamCorrections(
  { beta1, beta2 }: Betas,
  step: number,
): Readonly<Record<'correction1' | 'correction2', number>> {
  return { correction1: 1 - beta1 ** step, correction2: 1 - beta2 ** step };
}

/**
 * Computes the moments after a step, and the change of the weights, rate · m̂ / (√v̂ + ε). The caller subtracts the
 * change.
 *
 * Source: Kingma & Ba 2015, algorithm 1
 */
export function adamStep(
  { beta1, beta2, epsilon }: Betas & { readonly epsilon: number },
  { m, v }: Moments,
  scalars: Readonly<Record<'learningRate' | 'correction1' | 'correction2', tf.Scalar>>,
  gradient: tf.Tensor1D,
): Moments & { readonly change: tf.Tensor1D } {
  const newM = tf.add(tf.mul(m, beta1), tf.mul(gradient, 1 - beta1)) as tf.Tensor1D;
  const newV = tf.add(tf.mul(v, beta2), tf.mul(tf.square(gradient), 1 - beta2)) as tf.Tensor1D;
  // Compute m̂/(√v̂ + ε) with √v̂ = √v / √correction2. Both corrections are applied to scalars instead of vectors.
  const root = tf.sqrt(scalars.correction2);
  const rate = tf.div(tf.mul(scalars.learningRate, root), scalars.correction1);
  const change = tf.mul(tf.div(newM, tf.add(tf.sqrt(newV), tf.mul(root, epsilon))), rate) as tf.Tensor1D;
  return { m: newM, v: newV, change };
}
