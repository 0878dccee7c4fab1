import * as tf from '@tensorflow/tfjs-core';
import { adam } from './adam.ts';
import { adamStep } from './adam-step.ts';
import { decayed } from './decayed.ts';

/** Adam with decoupled weight decay λ, which multiplies θ by 1 − rate·λ before Adam's change. */
export const adamw: typeof adam = {
  ...adam,
  source: 'Loshchilov & Hutter 2019, algorithm 2',
  update({ theta, gradient, slots, learningRate, scalars, settings }) {
    const { change, ...moments } = adamStep(settings, slots, { ...scalars, learningRate }, gradient);
    return { theta: tf.sub(decayed(theta, learningRate, settings.weightDecay), change), slots: moments };
  },
};
