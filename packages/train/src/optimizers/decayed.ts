import * as tf from '@tensorflow/tfjs-core';

/** Returns the weights after a decay λ that is decoupled from the gradient: θ·(1 − rate·λ). */
export function decayed(theta: tf.Tensor1D, learningRate: tf.Scalar, weightDecay: number): tf.Tensor1D {
  return weightDecay === 0 ? theta : tf.mul(theta, tf.sub(1, tf.mul(learningRate, weightDecay)));
}
