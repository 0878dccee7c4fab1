import * as tf from '@tensorflow/tfjs-core';
import type { RuleCase } from '../../../../tests/support/rule-cases.ts';
import { values } from '../../../../tests/support/trace-and-run.ts';

/** Returns the same image stored channels first, as the result of a convolution with the identity matrix. */
export const channelsFirst = (x: tf.Tensor): tf.Tensor4D => {
  const channels = x.shape[3] ?? 0;
  return tf.conv2d(x as tf.Tensor4D, tf.reshape(tf.eye(channels), [1, 1, channels, channels]), 1, 'valid');
};

/** Makes cases for an image stored channels last, an image stored channels first, and lazy values. */
export const everyLayout = (what: string, run: (x: tf.Tensor) => tf.Tensor | tf.Tensor[]): RuleCase[] => [
  { what, run, inputs: [values([2, 3, 4, 5])] },
  {
    what: `${what}, channels first`,
    run: (x: tf.Tensor) => run(channelsFirst(x)),
    inputs: [values([2, 3, 4, 5])],
  },
  {
    what: `${what}, a broadcast value`,
    run: (x: tf.Tensor) => run(tf.broadcastTo(x, [2, 3, 4, 5])),
    inputs: [values([5])],
  },
  { what: `${what}, a constant`, run: () => run(tf.fill([2, 3, 4, 5], 2)), inputs: [] },
];
