import * as tf from '@tensorflow/tfjs-core';

/** Coefficients of Jordan et al., which maximize the slope of the iteration at 0 and bring singular values near 1. */
const [A, B, C] = [3.4445, -4.775, 2.0315];
const ITERATIONS = 5;
/** Lower limit of the norm, which prevents a division by 0 for a zero matrix. */
const LEAST_NORM = 1e-7;

/**
 * Brings the singular values of a matrix to about 1 (0.7 to 1.2), except very small ones, by five Newton-Schulz
 * iterations: X ← A·X + (B·XXᵀ + C·(XXᵀ)²)·X, from X = matrix / ‖matrix‖.
 *
 * @param matrix `[rows, columns]`
 * @returns `[rows, columns]`
 *
 * Source: Jordan et al. 2024, "Muon: An optimizer for hidden layers in neural networks"
 */
export function orthogonalize(matrix: tf.Tensor2D): tf.Tensor2D {
  // Transpose a tall matrix, which makes XXᵀ smaller.
  const isTall = matrix.shape[0] > matrix.shape[1];
  const norm = tf.maximum(tf.sqrt(tf.sum(tf.square(matrix))), LEAST_NORM);
  let x: tf.Tensor2D = tf.div(isTall ? tf.transpose(matrix) : matrix, norm);
  for (let i = 0; i < ITERATIONS; i++) {
    const gram = tf.matMul(x, x, false, true);
    const polynomial = tf.add(tf.mul(gram, B), tf.mul(tf.matMul(gram, gram), C)) as tf.Tensor2D;
    x = tf.add(tf.mul(x, A), tf.matMul(polynomial, x));
  }
  return isTall ? tf.transpose(x) : x;
}
