import * as tf from '@tensorflow/tfjs-core';

/**
 * Computes the exact GELU, y = x · Φ(x) = x/2 · (1 + erf(x/√2)), elementwise.
 *
 * @param x any shape
 * @see Hendrycks & Gimpel 2016, arXiv 1606.08415
 */
export function gelu<T extends tf.Tensor>(x: T): T {
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));
}
