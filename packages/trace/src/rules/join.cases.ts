import * as tf from '@tensorflow/tfjs-core';
import type { RuleCases } from '../../../../tests/support/rule-cases.ts';
import { int32, values } from '../../../../tests/support/trace-and-run.ts';
import { channelsFirst, everyLayout } from './image-layouts.cases.ts';

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
  Concat: [
    {
      what: 'integers before booleans and floats, which are truncated',
      run: (x: tf.Tensor, i: tf.Tensor) => tf.concat([i, x, tf.cast(i, 'bool')]),
      inputs: [values([4]), int32([3], [-2, 0, 5])],
    },
    {
      what: 'numbers before integers',
      run: (x: tf.Tensor, i: tf.Tensor) => tf.concat([x, i]),
      inputs: [values([4]), int32([3], [-2, 0, 5])],
    },
    ...axes.flatMap((axis) => everyLayout(`with itself along ${axis}`, (x) => tf.concat([x, x], axis))),
    ...axes.flatMap((axis) =>
      everyLayout(`between other tensors along ${axis}`, (x) =>
        tf.concat([tf.ones([2, 3, 4, 5]), x, tf.neg(channelsFirst(x))], axis),
      ),
    ),
    {
      what: 'with an empty tensor',
      run: (a: tf.Tensor, b: tf.Tensor) => tf.concat([a, b], 0),
      inputs: [values([0, 3]), values([2, 3])],
    },
    {
      what: 'of empty tensors',
      run: (a: tf.Tensor, b: tf.Tensor) => [tf.concat([a, b], 1), tf.concat([a, a], 0)],
      inputs: [values([0, 3]), values([0, 2])],
    },
    {
      what: 'integers',
      run: (a: tf.Tensor, b: tf.Tensor) => tf.concat([a, b], 0),
      inputs: [int32([2], [1, 2]), int32([1], [3])],
    },
  ],
  Pack: axes.flatMap((axis) => everyLayout(`along ${axis}`, (x) => tf.stack([x, tf.neg(x)], axis))),
  PadV2: paddings.flatMap((padding) =>
    [0, 1.5].flatMap((value) =>
      everyLayout(`${JSON.stringify(padding)} with ${value}`, (x) => tf.pad(x, padding, value)),
    ),
  ),
  MirrorPad: everyLayout('reflected', (x) =>
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
  Tile: [
    [2, 1, 1, 1],
    [1, 2, 3, 1],
    [1, 1, 1, 2],
  ].flatMap((times) => everyLayout(`${times}`, (x) => tf.tile(x, times))),
};
