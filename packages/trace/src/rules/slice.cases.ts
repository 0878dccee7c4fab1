import * as tf from '@tensorflow/tfjs-core';
import type { RuleCase, RuleCases } from '../../../../tests/support/rule-cases.ts';
import { int32, values } from '../../../../tests/support/trace-and-run.ts';

type One = (x: tf.Tensor) => tf.Tensor | tf.Tensor[];

const channelsFirst = (x: tf.Tensor): tf.Tensor4D => {
  const channels = x.shape[3] ?? 0;
  return tf.conv2d(x as tf.Tensor4D, tf.reshape(tf.eye(channels), [1, 1, channels, channels]), 1, 'valid');
};

/** Over an image that stands channels last, one that stands channels first, and values that stand nowhere yet. */
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

const strided = (
  what: string,
  begin: number[],
  end: number[],
  strides: number[],
  ...masks: number[]
): RuleCase[] => image(what, (x) => tf.stridedSlice(x, begin, end, strides, ...masks));

export const sliceCases: RuleCases = {
  [tf.Slice]: [
    ...image('one pixel', (x) => tf.slice(x, [0, 1, 2, 0], [2, 1, 1, 5])),
    ...image('to the end', (x) => tf.slice(x, [1, 0, 1, 2], [-1, -1, -1, -1])),
    ...image('channels', (x) => tf.slice(x, [0, 0, 0, 1], [2, 3, 4, 3])),
    ...image('everything', (x) => tf.slice(x, [0, 0, 0, 0], [2, 3, 4, 5])),
    ...image('nothing', (x) => tf.slice(x, [0, 1, 0, 0], [2, 0, 4, 5])),
  ],
  [tf.StridedSlice]: [
    ...strided('every other', [0, 0, 0, 0], [2, 3, 4, 5], [1, 2, 2, 1]),
    ...strided('backwards', [1, 2, 3, 4], [-3, -4, 0, 0], [-1, -1, -1, -2], 0, 3),
    ...strided('negative places', [0, -2, -3, 1], [2, 3, -1, -1], [1, 1, 1, 2]),
    ...strided('an axis taken out', [0, 1, 0, 2], [2, 2, 4, 3], [1, 1, 1, 1], 0, 0, 0, 0, 0b1010),
    ...strided('an axis put in', [0, 0, 1], [0, 2, 3], [1, 1, 1], 0, 0, 0, 0b001),
    ...strided('an ellipsis', [0, 1], [0, 4], [1, 1], 0, 0, 0b01),
  ],
  [tf.SplitV]: [
    ...[0, 1, 2, 3].flatMap((axis) =>
      image(`axis ${axis} into ones`, (x) => tf.split(x, x.shape[axis] ?? 1, axis)),
    ),
    ...image('by sizes', (x) => tf.split(x, [1, 3, 1], 3)),
    ...image('a size left open', (x) => tf.split(x, [1, -1], 2)),
    ...image('whole', (x) => tf.split(x, 1, 1)),
  ],
  [tf.Unpack]: [0, 1, 2, 3].flatMap((axis) => image(`axis ${axis}`, (x) => tf.unstack(x, axis))),
  [tf.Reverse]: [[0], [1, 2], [3], [-1, 0]].flatMap((axes) =>
    image(`axes ${axes}`, (x) => tf.reverse(x, axes)),
  ),
  [tf.GatherV2]: [
    ...[0, 1, 2, 3].flatMap((axis) =>
      [[2], [2, 3], []].map(
        (shape): RuleCase => ({
          what: `axis ${axis} at indices [${shape}]`,
          run: (x: tf.Tensor, indices: tf.Tensor) =>
            tf.gather(channelsFirst(x), indices as tf.Tensor1D, axis),
          inputs: [
            values([2, 3, 4, 5]),
            int32(
              shape,
              [1, 0, 1, 0, 1, 1].slice(
                0,
                shape.reduce((a, b) => a * b, 1),
              ),
            ),
          ],
        }),
      ),
    ),
    {
      what: 'rows of a table',
      run: (x: tf.Tensor, indices: tf.Tensor) => tf.gather(x, indices as tf.Tensor1D),
      inputs: [values([4, 3]), int32([5], [3, 0, 0, 2, 1])],
    },
  ],
};
