import * as tf from '@tensorflow/tfjs-core';
import type { RuleCase, RuleCases } from '../../../../tests/support/rule-cases.ts';
import { int32, values } from '../../../../tests/support/trace-and-run.ts';

const channelsFirst = (x: tf.Tensor): tf.Tensor4D => {
  const channels = x.shape[3] ?? 0;
  return tf.conv2d(x as tf.Tensor4D, tf.reshape(tf.eye(channels), [1, 1, channels, channels]), 1, 'valid');
};

type One = (x: tf.Tensor) => tf.Tensor;

const image = (what: string, run: One): RuleCase[] => [
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

const axes = [0, 1, 2, 3, -1];
const paddings: [number, number][][] = [
  [
    [0, 0],
    [0, 1],
    [0, 1],
    [0, 0],
  ],
  [
    [1, 0],
    [0, 2],
    [2, 1],
    [0, 3],
  ],
  [
    [0, 0],
    [0, 0],
    [0, 0],
    [0, 0],
  ],
];

export const joinCases: RuleCases = {
  [tf.Concat]: [
    ...axes.flatMap((axis) => image(`with itself along ${axis}`, (x) => tf.concat([x, x], axis))),
    ...axes.flatMap((axis) =>
      image(`between other things along ${axis}`, (x) =>
        tf.concat([tf.ones([2, 3, 4, 5]), x, tf.neg(channelsFirst(x))], axis),
      ),
    ),
    {
      what: 'with nothing',
      run: (a: tf.Tensor, b: tf.Tensor) => tf.concat([a, b], 0),
      inputs: [values([0, 3]), values([2, 3])],
    },
    {
      what: 'integers',
      run: (a: tf.Tensor, b: tf.Tensor) => tf.concat([a, b], 0),
      inputs: [int32([2], [1, 2]), int32([1], [3])],
    },
  ],
  [tf.Pack]: axes.flatMap((axis) => image(`along ${axis}`, (x) => tf.stack([x, tf.neg(x)], axis))),
  [tf.PadV2]: paddings.flatMap((padding) =>
    [0, 1.5].flatMap((value) =>
      image(`${JSON.stringify(padding)} with ${value}`, (x) => tf.pad(x, padding, value)),
    ),
  ),
  [tf.MirrorPad]: image('reflected', (x) =>
    tf.mirrorPad(
      x as tf.Tensor4D,
      [
        [0, 1],
        [1, 0],
        [2, 2],
        [0, 3],
      ],
      'reflect',
    ),
  ),
  [tf.Tile]: [
    [2, 1, 1, 1],
    [1, 2, 3, 1],
    [1, 1, 1, 2],
  ].flatMap((times) => image(`${times}`, (x) => tf.tile(x, times))),
};
