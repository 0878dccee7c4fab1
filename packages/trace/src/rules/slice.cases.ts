import * as tf from '@tensorflow/tfjs-core';
import type { RuleCase, RuleCases } from '../../../../tests/support/rule-cases.ts';
import { int32, values } from '../../../../tests/support/trace-and-run.ts';
import { channelsFirst, everyLayout } from './image-layouts.cases.ts';

const strided = (
  what: string,
  begin: number[],
  end: number[],
  strides: number[],
  ...masks: number[]
): RuleCase[] => everyLayout(what, (x) => tf.stridedSlice(x, begin, end, strides, ...masks));

export const sliceCases: RuleCases = {
  Slice: [
    ...everyLayout('one pixel', (x) => tf.slice(x, [0, 1, 2, 0], [2, 1, 1, 5])),
    ...everyLayout('to the end', (x) => tf.slice(x, [1, 0, 1, 2], [-1, -1, -1, -1])),
    ...everyLayout('channels', (x) => tf.slice(x, [0, 0, 0, 1], [2, 3, 4, 3])),
    ...everyLayout('everything', (x) => tf.slice(x, [0, 0, 0, 0], [2, 3, 4, 5])),
    ...everyLayout('an empty range', (x) => tf.slice(x, [0, 1, 0, 0], [2, 0, 4, 5])),
  ],
  StridedSlice: [
    ...strided('every other', [0, 0, 0, 0], [2, 3, 4, 5], [1, 2, 2, 1]),
    ...strided('backwards', [1, 2, 3, 4], [-3, -4, 0, 0], [-1, -1, -1, -2], 0, 3),
    ...strided('negative indices', [0, -2, -3, 1], [2, 3, -1, -1], [1, 1, 1, 2]),
    ...strided('a removed axis', [0, 1, 0, 2], [2, 2, 4, 3], [1, 1, 1, 1], 0, 0, 0, 0, 0b1010),
    ...strided('a new axis', [0, 0, 1], [0, 2, 3], [1, 1, 1], 0, 0, 0, 0b001),
    ...strided('an ellipsis', [0, 1], [0, 4], [1, 1], 0, 0, 0b01),
  ],
  SplitV: [
    ...[0, 1, 2, 3].flatMap((axis) =>
      everyLayout(`axis ${axis} into ones`, (x) => tf.split(x, x.shape[axis] ?? 1, axis)),
    ),
    ...everyLayout('by sizes', (x) => tf.split(x, [1, 3, 1], 3)),
    ...everyLayout('an inferred size', (x) => tf.split(x, [1, -1], 2)),
    ...everyLayout('whole', (x) => tf.split(x, 1, 1)),
  ],
  Unpack: [0, 1, 2, 3].flatMap((axis) => everyLayout(`axis ${axis}`, (x) => tf.unstack(x, axis))),
  Reverse: [[0], [1, 2], [3], [-1, 0]].flatMap((axes) =>
    everyLayout(`axes ${axes}`, (x) => tf.reverse(x, axes)),
  ),
  GatherV2: [
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
