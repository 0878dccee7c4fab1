import * as tf from '@tensorflow/tfjs-core';
import type { RuleCase, RuleCases } from '../../../../tests/support/rule-cases.ts';
import { bool, float32, int32, type Values, values } from '../../../../tests/support/trace-and-run.ts';
import { channelsFirst } from './image-layouts.cases.ts';

type Pair = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

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

const broadcast = (run: Pair, make = values): RuleCase[] =>
  shapes.map(([a, b]) => ({ what: `[${a}] and [${b}]`, run, inputs: [make(a, 1), make(b, 2)] }));

const positive = (shape: readonly number[], seed?: number): Values => {
  const made = values(shape, seed);
  return { ...made, values: made.values.map((x) => Math.fround(Math.abs(x) + 0.25)) };
};

const whole = (shape: readonly number[], seed?: number): Values => ({
  shape,
  dtype: 'int32',
  values: values(shape, seed).values.map((x) => Math.round(4 * x) || 3),
});

const flags = (shape: readonly number[], seed?: number): Values => ({
  shape,
  dtype: 'bool',
  values: values(shape, seed).values.map((x) => (x > 0 ? 1 : 0)),
});

/** Pairs with a special value: NaN, infinities, and zeros of both signs. */
const special = [
  float32([8], [Number.NaN, 1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0, 2, -2]),
  float32([8], [1, Number.NaN, 1, Number.NEGATIVE_INFINITY, -0, 0, 2, 2]),
] as const;

const atSpecial = (run: Pair): RuleCase => ({ what: 'NaN, infinities, signed zeros', run, inputs: special });
const ofIntegers = (run: Pair): RuleCase => ({
  what: 'integers',
  run,
  inputs: [int32([8], [7, -7, 7, -7, 6, -6, 0, 2147483646]), int32([8], [2, 2, -2, -2, 3, 3, 5, 1])],
});

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

/** Tolerance for sums of three float32 products, which tfjs and ONNX Runtime add in different orders. */
const THREE = 1e-6;

/** Images stored channels first, as after a convolution, and channels last. */
const mixedLayouts = (run: Pair): RuleCase[] => {
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
const lazy = (run: Pair): RuleCase[] => [
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

const equalSometimes = [float32([2, 3], [1, 2, 3, -1, 0, 5]), float32([3], [1, 0, 3])] as const;

const compared = (run: Pair): RuleCase[] => [
  ...broadcast(run),
  ...lazy(run),
  atSpecial(run),
  ofIntegers(run),
  { what: 'equal values', run, inputs: equalSometimes },
  { what: 'booleans', run, inputs: [bool([4], [0, 0, 1, 1]), bool([4], [0, 1, 0, 1])] },
  ...mixedLayouts((a, b) => run(tf.round(a), tf.round(b))),
];

const logical = (run: Pair): RuleCase[] => [
  ...broadcast(run, flags),
  { what: 'the truth table', run, inputs: [bool([4], [0, 0, 1, 1]), bool([4], [0, 1, 0, 1])] },
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
  Greater: compared(tf.greater),
  GreaterEqual: compared(tf.greaterEqual),
  Less: compared(tf.less),
  LessEqual: compared(tf.lessEqual),
  Equal: compared(tf.equal),
  NotEqual: compared(tf.notEqual),
  LogicalAnd: logical(tf.logicalAnd as Pair),
  LogicalOr: logical(tf.logicalOr as Pair),
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
  Select: [
    {
      what: 'numbers or integers',
      run: tf.where as never,
      inputs: [flags([4]), values([4], 2), whole([4], 3)],
    },
    {
      what: 'booleans or integers',
      run: tf.where as never,
      inputs: [flags([4]), flags([4], 2), whole([4], 3)],
    },
    {
      what: 'equal shapes',
      run: tf.where as never,
      inputs: [flags([2, 3]), values([2, 3], 2), values([2, 3], 3)],
    },
    { what: 'broadcast', run: tf.where as never, inputs: [flags([2, 1]), values([3], 2), values([2, 3], 3)] },
    { what: 'integers', run: tf.where as never, inputs: [flags([4]), whole([4], 2), whole([4], 3)] },
    { what: 'booleans', run: tf.where as never, inputs: [flags([8]), flags([8], 2), flags([8], 3)] },
    {
      what: 'constants',
      run: (c: tf.Tensor) => tf.where(c, tf.zeros([2, 3]), tf.ones([2, 3])),
      inputs: [flags([2, 3])],
    },
    {
      what: 'channels first',
      run: (x: tf.Tensor) => {
        const y = tf.conv2d(x as tf.Tensor4D, tf.ones([1, 1, 3, 3]), 1, 'valid');
        return tf.where(tf.greater(y, 0), y, tf.zerosLike(y));
      },
      inputs: [values([2, 5, 4, 3])],
      tolerance: THREE,
    },
    {
      // tfjs's cpu backend repeats the first value of a row instead of selecting the row.
      what: 'a condition for each row',
      run: (condition: tf.Tensor, t: tf.Tensor, e: tf.Tensor) =>
        tf.engine().runKernel(tf.Select, { condition, t, e }),
      inputs: [
        bool([2], [1, 0]),
        float32([2, 3], [1, 2, 3, 4, 5, 6]),
        float32([2, 3], [-1, -2, -3, -4, -5, -6]),
      ],
      expected: [float32([2, 3], [1, 2, 3, -4, -5, -6])],
    },
  ],
};
