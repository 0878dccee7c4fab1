import * as tf from '@tensorflow/tfjs-core';
import type { RuleCase, RuleCases } from '../../../../tests/support/rule-cases.ts';
import { bool, float32, int32, values } from '../../../../tests/support/trace-and-run.ts';

const ranges = [
  [0, 5, 1],
  [5, 0, 1],
  [1, 8, 3],
  [0, 1, 0.1],
  [5, 0, -2],
  [0, 5, -1],
  [3, 3, 1],
] as const;

const cast = (dtype: 'float32' | 'int32' | 'bool', inputs: RuleCase['inputs']): RuleCase => ({
  what: `${inputs[0]?.dtype} ${inputs[0]?.values[0]} and others to ${dtype}`,
  run: (x: tf.Tensor) => [tf.cast(x, dtype), tf.cast(tf.broadcastTo(x, [2, x.size]), dtype)],
  inputs,
});

const floats = [float32([7], [-2.9, -0.5, -0, 0, 0.5, 2.9, 16777217])];
/** NaN, infinities, and values just outside and far outside the range of int32. */
const beyond = [
  float32(
    [10],
    [
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      2 ** 31,
      -(2 ** 31),
      3e9,
      -3e9,
      2 ** 32 + 512,
      1e20,
      -3e38,
    ],
  ),
];
const integers = [int32([4], [-2, 0, 1, 7])];
const booleans = [bool([2], [0, 1])];

export const constantCases: RuleCases = {
  Identity: [{ what: 'a copy', run: (x: tf.Tensor) => tf.clone(x), inputs: [values([2, 3])] }],
  Cast: [
    cast('int32', floats), // towards zero
    cast('int32', beyond),
    cast('bool', floats),
    cast('float32', integers),
    cast('bool', integers),
    cast('float32', booleans),
    cast('int32', booleans),
    {
      what: 'constants',
      run: () => [
        tf.cast(tf.fill([2], -2.5), 'int32'),
        tf.cast(tf.fill([2], 0.5), 'bool'),
        tf.cast(tf.tensor([-1.5, 0]), 'int32'),
        tf.cast(tf.fill([2], 5e9), 'int32'),
        tf.cast(tf.tensor([Number.NaN, -5e9]), 'int32'),
      ],
      inputs: [],
    },
  ],
  Fill: [
    { what: 'floats', run: () => tf.fill([2, 3], 1.5), inputs: [] },
    { what: 'integers', run: () => tf.fill([2, 3], 7, 'int32'), inputs: [] },
    { what: 'an empty tensor', run: () => tf.fill([0, 3], 7), inputs: [] },
    { what: 'a scalar', run: () => tf.fill([], 7), inputs: [] },
    {
      what: 'ones divided by zeros of both signs',
      run: (x: tf.Tensor) => [
        tf.div(tf.fill([3], 1), tf.mul(x, tf.tensor([0, -0, 0]))),
        tf.fill([2], Number.NaN),
      ],
      inputs: [float32([3], [1, 1, 1])],
    },
  ],
  ZerosLike: [
    {
      what: 'each type',
      run: (a: tf.Tensor, b: tf.Tensor) => [tf.zerosLike(a), tf.zerosLike(b)],
      inputs: [values([2, 3]), integers[0] as never],
    },
  ],
  OnesLike: [
    {
      what: 'each type',
      run: (a: tf.Tensor, b: tf.Tensor) => [tf.onesLike(a), tf.onesLike(b)],
      inputs: [values([2, 3]), integers[0] as never],
    },
  ],
  Range: ranges.flatMap(([start, stop, step]) => [
    {
      what: `${start} to ${stop} by ${step}`,
      run: () => tf.engine().runKernel(tf.Range, {}, { start, stop, step, dtype: 'float32' }) as tf.Tensor,
      inputs: [],
    },
    ...(Number.isInteger(step)
      ? [
          {
            what: `integers ${start} to ${stop} by ${step}`,
            run: () =>
              tf.engine().runKernel(tf.Range, {}, { start, stop, step, dtype: 'int32' }) as tf.Tensor,
            inputs: [],
          },
        ]
      : []),
  ]),
  LinSpace: [
    [0, 1, 5],
    [3, -3, 4],
  ].map(([start = 0, stop = 0, num = 0]) => ({
    what: `${start} to ${stop} in ${num}`,
    run: () => tf.linspace(start, stop, num),
    inputs: [],
  })),
  OneHot: [
    {
      what: 'a row of classes',
      run: (x: tf.Tensor) => tf.oneHot(x, 4),
      inputs: [int32([5], [0, 3, 1, 2, 0])],
    },
    {
      what: 'a table of classes',
      run: (x: tf.Tensor) => tf.oneHot(x, 3),
      inputs: [int32([2, 2], [0, 2, 1, 2])],
    },
    {
      what: 'indices out of range',
      run: (x: tf.Tensor) => tf.oneHot(x, 3),
      inputs: [int32([3], [-1, 3, 1])],
    },
    {
      what: 'floats',
      run: (x: tf.Tensor) => tf.oneHot(x, 3, 1, 0, 'float32'),
      inputs: [int32([3], [0, 2, 1])],
    },
    { what: 'other values', run: (x: tf.Tensor) => tf.oneHot(x, 3, 5, -1), inputs: [int32([3], [0, 2, 1])] },
  ],
};
