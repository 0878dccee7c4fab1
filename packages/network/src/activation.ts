import { silu } from '@isonoise/ops';
import * as tf from '@tensorflow/tfjs-core';
import { gelu } from './gelu.ts';

/** An elementwise function; the result has the shape of x. */
export type Activation = <T extends tf.Tensor>(x: T) => T;

/** Names of activations, as in diffusers. `swish` is an alias of `silu`. */
export const ACTIVATION_NAMES = ['silu', 'swish', 'mish', 'gelu', 'relu'] as const;
export type ActivationName = (typeof ACTIVATION_NAMES)[number];

/**
 * Computes Mish, y = x · tanh(ln(1 + eˣ)) = x · σ(x) · (1 + s) / (1 + s²), with s = σ(−x). The second form avoids
 * cancellation. It uses Sigmoid instead of Softplus, because Sigmoid rounds in the same way at all positions of a tensor
 * in ONNX Runtime.
 *
 * @see Misra 2019, arXiv 1908.08681
 */
const mish: Activation = (x) => {
  const s = tf.sigmoid(tf.neg(x));
  return tf.div(tf.mul(tf.mul(x, tf.sigmoid(x)), tf.add(s, 1)), tf.add(tf.square(s), 1));
};

export const activations: { readonly [N in ActivationName]: Activation } = {
  silu,
  swish: silu,
  mish,
  gelu,
  relu: (x) => tf.relu(x),
};
