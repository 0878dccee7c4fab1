import * as tf from '@tensorflow/tfjs-core';
import type { RuleCase, RuleCases } from '../../../../tests/support/rule-cases.ts';
import { float32, int32, values } from '../../../../tests/support/trace-and-run.ts';
import { channelsFirst } from './image-layouts.cases.ts';
import {
  atSpecial,
  broadcast,
  lazy,
  mixedLayouts,
  ofIntegers,
  type Pair,
  positive,
  whole,
} from './operand-pairs.cases.ts';

/** Divisors at which ONNX Runtime fails (0) or ends the process (−1, for the smallest int32). */
const ofHardDivisors = (run: Pair): RuleCase[] => [
  {
    what: 'integers by 0 and −1, and the smallest and largest integers',
    run,
    inputs: [
      int32([10], [-(2 ** 31), 7, -7, 7, 0, -(2 ** 31), 1 - 2 ** 31, 2 ** 31 - 1, -(2 ** 31), 5]),
      int32([10], [-1, 0, 0, -1, 0, 3, 2, -2, 2 ** 31 - 1, -(2 ** 31)]),
    ],
  },
  {
    what: 'integers by constants',
    run: (x: tf.Tensor) =>
      [-1, 0, 3].flatMap((by) => [
        run(x, tf.scalar(by, 'int32')),
        run(x, tf.tensor([by, 2, by, -1, by], [5], 'int32')),
      ]),
    inputs: [int32([5], [-(2 ** 31), -7, 7, 0, 2 ** 31 - 1])],
  },
];

export const arithmeticCases: RuleCases = {
  Add: [
    ...broadcast(tf.add),
    ...broadcast(tf.add, whole),
    ...mixedLayouts(tf.add),
    ...lazy(tf.add),
    atSpecial(tf.add),
  ],
  Sub: [
    ...broadcast(tf.sub),
    ...broadcast(tf.sub, whole),
    ...mixedLayouts(tf.sub),
    ...lazy(tf.sub),
    atSpecial(tf.sub),
  ],
  Multiply: [
    ...broadcast(tf.mul),
    ...broadcast(tf.mul, whole),
    ...mixedLayouts(tf.mul),
    ...lazy(tf.mul),
    atSpecial(tf.mul),
  ],
  RealDiv: [...broadcast(tf.div, positive), ...lazy(tf.div), atSpecial(tf.div)],
  FloorDiv: [
    ...broadcast(tf.floorDiv, whole),
    ofIntegers(tf.floorDiv),
    ...ofHardDivisors(tf.floorDiv),
    {
      what: 'integers by tf.divNoNan',
      run: tf.divNoNan,
      inputs: ofHardDivisors(tf.divNoNan)[0]?.inputs ?? [],
    },
    {
      what: 'floats by 0, NaN and infinities',
      run: tf.floorDiv,
      inputs: [
        float32([6], [1, -1, 0, Number.NaN, Number.POSITIVE_INFINITY, 5e9]),
        float32([6], [0, 0, 0, 1, 2, 1]),
      ],
    },
    { what: 'integers by tf.div', run: tf.div, inputs: ofIntegers(tf.div).inputs },
    {
      what: 'floats',
      run: tf.floorDiv,
      inputs: [float32([4], [7, -7, 7.5, -7.5]), float32([4], [2, 2, -2, -2])],
    },
  ],
  Mod: [
    ...broadcast(tf.mod, positive),
    ofIntegers(tf.mod),
    ...ofHardDivisors(tf.mod),
    ...lazy(tf.mod),
    {
      what: 'floats of every sign',
      run: tf.mod,
      inputs: [float32([8], [7, -7, 7, -7, 5.5, -5.5, 6, -6]), float32([8], [3, 3, -3, -3, 2, 2, 3, 3])],
    },
    {
      what: 'channels first',
      run: (a: tf.Tensor) => tf.mod(channelsFirst(a), 0.5),
      inputs: [positive([1, 3, 3, 1])],
    },
  ],
  Maximum: [
    ...broadcast(tf.maximum),
    ...lazy(tf.maximum),
    atSpecial(tf.maximum),
    ofIntegers(tf.maximum),
    ...mixedLayouts(tf.maximum),
  ],
  Minimum: [...broadcast(tf.minimum), ...lazy(tf.minimum), atSpecial(tf.minimum), ofIntegers(tf.minimum)],
  // The powers of libm and V8 differ by an ulp or two.
  Pow: [
    ...broadcast(tf.pow, positive).map((one) => ({ ...one, tolerance: 5e-7 })),
    {
      what: 'negative bases',
      run: tf.pow,
      inputs: [float32([6], [-2, -2, -2, 0, 0, -8]), float32([6], [3, 2, -1, 0, 2, 1 / 3])],
      tolerance: 5e-7,
    },
    { what: 'integers', run: tf.pow, inputs: [int32([4], [-2, 3, 0, 5]), int32([4], [3, 2, 0, 1])] },
    {
      what: 'NaN and infinities',
      run: tf.pow,
      inputs: [
        float32([5], [Number.NaN, Number.NaN, 2, Number.POSITIVE_INFINITY, 0.5]),
        float32([5], [1, 0, Number.NaN, -1, Number.POSITIVE_INFINITY]),
      ],
    },
    {
      what: '1 and −1 to the powers NaN and ±∞',
      run: (a: tf.Tensor, b: tf.Tensor) => [
        tf.pow(a, b),
        tf.pow(1, b),
        tf.pow(a, Number.NaN),
        tf.pow(a, Number.NEGATIVE_INFINITY),
      ],
      inputs: [
        float32([6], [1, 1, -1, -1, 1, -1]),
        float32(
          [6],
          [Number.NaN, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2, 3],
        ),
      ],
    },
  ],
  SquaredDifference: [...broadcast(tf.squaredDifference), ...broadcast(tf.squaredDifference, whole)].map(
    (one) => ({ ...one, tolerance: 2e-7 }),
  ), // rounded between the two ops
  AddN: [
    {
      what: 'three',
      run: (...x: tf.Tensor[]) => tf.addN(x),
      inputs: [values([2, 3], 1), values([2, 3], 2), values([2, 3], 3)],
    },
    { what: 'one', run: (...x: tf.Tensor[]) => tf.addN(x), inputs: [values([2, 3], 1)] },
    {
      what: 'with a constant',
      run: (x: tf.Tensor) => tf.addN([x, tf.ones([2, 3])]),
      inputs: [values([2, 3], 1)],
    },
    {
      what: 'integers',
      run: (...x: tf.Tensor[]) => tf.addN(x),
      inputs: [whole([3], 1), whole([3], 2), whole([3], 3)],
    },
  ],
};
