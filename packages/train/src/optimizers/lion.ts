import * as tf from '@tensorflow/tfjs-core';
import { decayed } from './decayed.ts';
import type { Optimizer } from './optimizer.ts';

/** Lion, which moves each weight by the learning rate, against the sign of an average of gradients. */
export const lion: Optimizer<'beta1' | 'beta2' | 'weightDecay', 'm', never> = {
  source: 'Chen et al. 2023, "Symbolic Discovery of Optimization Algorithms", algorithm 2',
  // According to section 5, AdamW's rate is typically 3 to 10 times as large.
  rateDivisor: 5,
  settings: {
    beta1: { default: 0.9, range: 'share' },
    beta2: { default: 0.99, range: 'share' },
    weightDecay: { default: 0, range: 'fromZero' },
  },
  slots: { m: 'all' },
  scalars: () => ({}),
  update({ theta, gradient, slots: { m }, learningRate, settings: { beta1, beta2, weightDecay } }) {
    const direction = tf.sign(tf.add(tf.mul(m, beta1), tf.mul(gradient, 1 - beta1)));
    return {
      theta: tf.sub(decayed(theta, learningRate, weightDecay), tf.mul(direction, learningRate)),
      slots: { m: tf.add(tf.mul(m, beta2), tf.mul(gradient, 1 - beta2)) },
    };
  },
};
