import * as tf from '@tensorflow/tfjs-core';
import { adamCorrections, adamStep } from './adam-step.ts';
import type { Optimizer } from './optimizer.ts';

/** Adam, which adds the weight decay λ to the gradient: g + λ·θ. */
export const adam: Optimizer<
  'beta1' | 'beta2' | 'epsilon' | 'weightDecay',
  'm' | 'v',
  'correction1' | 'correction2'
> = {
  source: 'Kingma & Ba 2015, algorithm 1',
  rateDivisor: 1,
  settings: {
    // Defaults of Kingma & Ba 2015, algorithm 1.
    beta1: { default: 0.9, range: 'share' },
    beta2: { default: 0.999, range: 'share' },
    epsilon: { default: 1e-8, range: 'positive' },
    // The default is 0, because diffusion models underfit.
    weightDecay: { default: 0, range: 'fromZero' },
  },
  slots: { m: 'all', v: 'all' },
  scalars: adamCorrections,
  update({ theta, gradient, slots, learningRate, scalars, settings }) {
    const { weightDecay } = settings;
    const decayed = weightDecay === 0 ? gradient : tf.add(gradient, tf.mul(theta, weightDecay));
    const { change, ...moments } = adamStep(
      settings,
      slots,
      { ...scalars, learningRate },
      decayed as tf.Tensor1D,
    );
    return { theta: tf.sub(theta, change), slots: moments };
  },
};
