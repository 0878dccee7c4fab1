import * as tf from '@tensorflow/tfjs-core';
import type { RuleCase } from '../../../../tests/support/rule-cases.ts';
import { float32, int32, type Values, values } from '../../../../tests/support/trace-and-run.ts';

/** A function of two tensors. */
export type Pair = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

/** Operands that broadcast to each other in every direction, of odd and even sizes. */
const shapes: readonly (readonly [readonly number[], readonly number[]])[] = [
  [
    [2, 3],
    [2, 3],
  ],
  [[2, 3], [3]],
  [[3], [2, 3]],
  [[], [2, 3]],
  [
    [2, 1, 4],
    [3, 1],
  ],
  [
    [2, 3, 5, 4],
    [1, 3, 1, 4],
  ],
  [[1], [1, 1]],
  [[0, 3], [3]],
];

/** The operands that broadcast, with values from `make`. */
export const broadcast = (
  run: Pair,
  make: (shape: readonly number[], seed?: number) => Values = values,
): RuleCase[] =>
  shapes.map(([a, b]) => ({ what: `[${a}] and [${b}]`, run, inputs: [make(a, 1), make(b, 2)] }));

/** Makes positive numbers. */
export const positive = (shape: readonly number[], seed?: number): Values => {
  const made = values(shape, seed);
  return { ...made, values: made.values.map((x) => Math.fround(Math.abs(x) + 0.25)) };
};

/** Makes integers, without 0. */
export const whole = (shape: readonly number[], seed?: number): Values => ({
  shape,
  dtype: 'int32',
  values: values(shape, seed).values.map((x) => Math.round(4 * x) || 3),
});

/** Makes booleans. */
export const flags = (shape: readonly number[], seed?: number): Values => ({
  shape,
  dtype: 'bool',
  values: values(shape, seed).values.map((x) => (x > 0 ? 1 : 0)),
});

/** Pairs with a special value: NaN, infinities, and zeros of both signs. */
const special = [
  float32([8], [Number.NaN, 1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0, 2, -2]),
  float32([8], [1, Number.NaN, 1, Number.NEGATIVE_INFINITY, -0, 0, 2, 2]),
] as const;

export const atSpecial = (run: Pair): RuleCase => ({
  what: 'NaN, infinities, signed zeros',
  run,
  inputs: special,
});
export const ofIntegers = (run: Pair): RuleCase => ({
  what: 'integers',
  run,
  inputs: [int32([8], [7, -7, 7, -7, 6, -6, 0, 2147483646]), int32([8], [2, 2, -2, -2, 3, 3, 5, 1])],
});

/** Tolerance for sums of three float32 products, which tfjs and ONNX Runtime add in different orders. */
export const THREE = 1e-6;

/** Images stored channels first, as after a convolution, and channels last. */
export const mixedLayouts = (run: Pair): RuleCase[] => {
  const conv = (x: tf.Tensor): tf.Tensor =>
    tf.conv2d(x as tf.Tensor4D, tf.ones([1, 1, 3, 3]) as tf.Tensor4D, 1, 'valid');
  const inputs = [values([2, 5, 4, 3], 1), values([2, 5, 4, 3], 2)];
  return [
    {
      what: 'channels first and last',
      run: (a: tf.Tensor, b: tf.Tensor) => run(conv(a), b),
      inputs,
      tolerance: THREE,
    },
    {
      what: 'both channels first',
      run: (a: tf.Tensor, b: tf.Tensor) => run(conv(a), conv(b)),
      inputs,
      tolerance: THREE,
    },
    {
      what: 'channels first and one value per channel',
      run: (a: tf.Tensor, b: tf.Tensor) => run(conv(a), b),
      inputs: [values([2, 5, 4, 3], 1), values([3], 2)],
      tolerance: THREE,
    },
    {
      what: 'channels first and rows',
      run: (a: tf.Tensor, b: tf.Tensor) => run(b, conv(a)),
      inputs: [values([2, 5, 4, 3], 1), values([5, 1, 3], 2)],
      tolerance: THREE,
    },
    {
      what: 'channels first with an axis of 1 and a value broadcast over it',
      run: (a: tf.Tensor, b: tf.Tensor) => run(conv(a), tf.broadcastTo(b, [2, 4, 1, 3])),
      inputs: [values([2, 1, 4, 3], 1), values([3], 2)],
      tolerance: THREE,
    },
  ];
};

/** Lazy operands, which are written to the graph only when needed. */
export const lazy = (run: Pair): RuleCase[] => [
  {
    what: 'a broadcast value and a constant',
    run: (a: tf.Tensor) => run(tf.broadcastTo(a, [2, 4, 3]), tf.fill([2, 1, 3], 2)),
    inputs: [values([3])],
  },
  {
    what: 'two broadcast values',
    run: (a: tf.Tensor, b: tf.Tensor) => run(tf.broadcastTo(a, [2, 3]), tf.broadcastTo(b, [2, 3])),
    inputs: [values([3], 1), values([2, 1], 2)],
  },
  {
    what: 'zeros and ones',
    run: (a: tf.Tensor) => [
      run(tf.ones([2, 3]), a),
      run(a, tf.ones([2, 3])),
      run(a, tf.zeros([2, 3])),
      run(tf.zeros([2, 3]), a),
    ],
    inputs: [positive([3])],
  },
  {
    what: 'only constants',
    run: () => run(tf.fill([2, 3], 3), tf.fill([3], 2)),
    inputs: [],
  },
];
