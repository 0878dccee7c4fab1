import * as tf from '@tensorflow/tfjs-core';
import { type RuleCase, type RuleCases, SUMS } from '../../../../tests/support/rule-cases.ts';
import { bool, float32, int32, type Values, values } from '../../../../tests/support/trace-and-run.ts';

type Fold = (x: tf.Tensor, axis?: number | number[], keepDims?: boolean) => tf.Tensor;

const subsets = (rank: number): number[][] =>
  Array.from({ length: 2 ** rank - 1 }, (_, i) =>
    [...Array(rank).keys()].filter((axis) => ((i + 1) >> axis) & 1),
  );

const channelsFirst = (x: tf.Tensor): tf.Tensor4D =>
  tf.conv2d(x as tf.Tensor4D, tf.ones([1, 1, 1, 3]), 1, 'valid');

/** Makes cases for all sets of axes of an image stored channels last, and of an image stored channels first. */
const everyAxes = (fold: Fold, tolerance = 0): RuleCase[] => [
  ...subsets(4).flatMap((axes) =>
    [false, true].flatMap((keep): RuleCase[] => [
      {
        what: `axes ${axes}${keep ? ', kept' : ''}`,
        run: (x: tf.Tensor) => fold(x, axes, keep),
        inputs: [values([2, 3, 4, 5])],
        tolerance,
      },
      {
        what: `axes ${axes}${keep ? ', kept' : ''}, channels first`,
        run: (x: tf.Tensor) => fold(channelsFirst(x), axes, keep),
        inputs: [values([2, 3, 4, 1])],
        tolerance,
      },
    ]),
  ),
  { what: 'all axes', run: (x: tf.Tensor) => fold(x), inputs: [values([2, 3])], tolerance },
  { what: 'a negative axis', run: (x: tf.Tensor) => fold(x, -1), inputs: [values([2, 3])], tolerance },
  { what: 'a scalar', run: (x: tf.Tensor) => fold(x), inputs: [values([])], tolerance },
];

const few = (fold: Fold, tolerance = 0): RuleCase[] => [
  { what: 'all axes', run: (x: tf.Tensor) => fold(x), inputs: [values([2, 3])], tolerance },
  {
    what: 'the last axis, kept',
    run: (x: tf.Tensor) => fold(x, [-1], true),
    inputs: [values([2, 3, 4])],
    tolerance,
  },
  {
    what: 'channels, channels first',
    run: (x: tf.Tensor) => fold(channelsFirst(x), [3]),
    inputs: [values([2, 3, 4, 1])],
    tolerance,
  },
  {
    what: 'pixels, channels first',
    run: (x: tf.Tensor) => fold(channelsFirst(x), [1, 2], true),
    inputs: [values([2, 3, 4, 1])],
    tolerance,
  },
];

const integers = (fold: Fold): RuleCase => ({
  what: 'integers',
  run: (x: tf.Tensor) => fold(x, [1]),
  inputs: [int32([2, 3], [1, -2, 5, 7, 8, -4])],
});

const lazy = (fold: Fold, tolerance = 0): RuleCase => ({
  what: 'a broadcast value and a constant',
  run: (x: tf.Tensor) => [fold(tf.broadcastTo(x, [2, 3]), 0), fold(tf.fill([2, 3], 0.5), 1)],
  inputs: [values([3])],
  tolerance,
});

const truths: RuleCase['inputs'] = [bool([3, 2], [0, 0, 0, 1, 1, 1])];

const places = (fold: (x: tf.Tensor, axis: number) => tf.Tensor): RuleCase[] => [
  ...[0, 1, 2, 3].flatMap((axis): RuleCase[] => [
    { what: `axis ${axis}`, run: (x: tf.Tensor) => fold(x, axis), inputs: [values([2, 3, 4, 5])] },
    {
      what: `axis ${axis}, channels first`,
      run: (x: tf.Tensor) =>
        fold(tf.conv2d(x as tf.Tensor4D, tf.tensor([1, -1, 0.5], [1, 1, 1, 3]), 1, 'valid'), axis),
      inputs: [values([2, 3, 4, 1])],
    },
  ]),
  {
    what: 'the first of equal values',
    run: (x: tf.Tensor) => fold(x, 1),
    inputs: [float32([2, 4], [1, 3, 3, 1, 0, 0, 0, 0])],
  },
  { what: 'booleans', run: (x: tf.Tensor) => fold(x, 1), inputs: truths },
];

const logical = (fold: Fold): RuleCase[] => [
  { what: 'rows', run: (x: tf.Tensor) => fold(x, 1), inputs: truths },
  { what: 'columns, kept', run: (x: tf.Tensor) => fold(x, 0, true), inputs: truths },
  { what: 'everything', run: (x: tf.Tensor) => fold(x), inputs: truths },
];

/** Minima and maxima along axes of size 0. */
const ofNone = (fold: Fold, types: readonly Values['dtype'][]): RuleCase[] =>
  types.map((dtype) => ({
    what: `no values of type ${dtype}`,
    run: (x: tf.Tensor) => [fold(x, 1), fold(x, 0), fold(x, 1, true)],
    inputs: [{ shape: [2, 0], dtype, values: [] }],
  }));

const TYPES = ['float32', 'int32', 'bool'] as const;

const softmaxes = (run: (x: tf.Tensor, axis: number) => tf.Tensor): RuleCase[] => [
  ...[0, 1, 2].map(
    (axis): RuleCase => ({
      what: `axis ${axis}`,
      run: (x: tf.Tensor) => run(x, axis),
      inputs: [values([2, 3, 4])],
      tolerance: SUMS,
    }),
  ),
  {
    what: 'large logits',
    run: (x: tf.Tensor) => run(x, 1),
    inputs: [float32([2, 3], [1000, 999, 998, 1000, 1001, 1000])],
    tolerance: SUMS,
  },
  {
    what: 'channels first',
    run: (x: tf.Tensor) => run(channelsFirst(x), 3),
    inputs: [values([2, 3, 4, 1])],
    tolerance: SUMS,
  },
];

export const reduceCases: RuleCases = {
  Sum: [
    ...everyAxes(tf.sum, SUMS),
    integers(tf.sum),
    lazy(tf.sum, SUMS),
    { what: 'booleans', run: (x: tf.Tensor) => tf.sum(x, 1), inputs: truths },
    { what: 'an empty axis', run: (x: tf.Tensor) => tf.sum(x, 0), inputs: [values([0, 3])] },
  ],
  Mean: [...everyAxes(tf.mean, SUMS), { ...integers(tf.mean), tolerance: SUMS }, lazy(tf.mean, SUMS)],
  Prod: [...few(tf.prod, SUMS), integers(tf.prod), lazy(tf.prod)],
  Max: [...few(tf.max), integers(tf.max), lazy(tf.max), ...logical(tf.max), ...ofNone(tf.max, TYPES)],
  Min: [...few(tf.min), integers(tf.min), lazy(tf.min), ...logical(tf.min), ...ofNone(tf.min, TYPES)],
  All: [...logical(tf.all), ...ofNone(tf.all, ['bool'])],
  Any: [...logical(tf.any), ...ofNone(tf.any, ['bool'])],
  ArgMax: [...places(tf.argMax), ...ofNone((x, axis) => tf.argMax(x, axis as number), TYPES)],
  ArgMin: [...places(tf.argMin), ...ofNone((x, axis) => tf.argMin(x, axis as number), TYPES)],
  Cumsum: [
    ...[0, 1, 2].flatMap((axis) =>
      [false, true].flatMap((exclusive) =>
        [false, true].map(
          (reverse): RuleCase => ({
            what: `axis ${axis}${exclusive ? ', exclusive' : ''}${reverse ? ', reverse' : ''}`,
            run: (x: tf.Tensor) => tf.cumsum(x, axis, exclusive, reverse),
            inputs: [values([2, 3, 4])],
            tolerance: SUMS,
          }),
        ),
      ),
    ),
    {
      what: 'channels first',
      run: (x: tf.Tensor) => tf.cumsum(channelsFirst(x), 1),
      inputs: [values([2, 3, 4, 1])],
      tolerance: SUMS,
    },
    { what: 'integers', run: (x: tf.Tensor) => tf.cumsum(x, 1), inputs: [int32([2, 2], [1, 2, 3, 4])] },
  ],
  UnsortedSegmentSum: [
    ...[[5], [5, 2], [5, 2, 3]].map(
      (shape): RuleCase => ({
        what: `repeated, empty and out-of-range segments, rank ${shape.length}`,
        run: (x: tf.Tensor, segments: tf.Tensor) => tf.unsortedSegmentSum(x, segments as tf.Tensor1D, 4),
        inputs: [values(shape), int32([5], [2, 0, 2, -1, 4])],
        tolerance: SUMS,
      }),
    ),
    {
      what: 'channels first',
      run: (x: tf.Tensor, segments: tf.Tensor) =>
        tf.unsortedSegmentSum(channelsFirst(x), segments as tf.Tensor1D, 2),
      inputs: [values([3, 2, 4, 1]), int32([3], [1, 0, 1])],
      tolerance: SUMS,
    },
    {
      what: 'integers, which tfjs sums as floats',
      run: (x: tf.Tensor, segments: tf.Tensor) => {
        const sums = tf.unsortedSegmentSum(x, segments as tf.Tensor1D, 2);
        return [sums, tf.div(sums, 2)];
      },
      inputs: [int32([3], [1, 2, 4]), int32([3], [1, 0, 1])],
    },
  ],
  Softmax: softmaxes((x, dim) => tf.engine().runKernel(tf.Softmax, { logits: x }, { dim })).filter(
    ({ what }) => !/axis [01]/.test(what),
  ),
  // tfjs backends do not have this kernel: tf.logSoftmax composes it.
  LogSoftmax: softmaxes((logits, axis) => tf.engine().runKernel(tf.LogSoftmax, { logits }, { axis })).map(
    (one, i) => ({
      ...one,
      reference: (x: tf.Tensor) => {
        const logits = i === 4 ? channelsFirst(x) : x;
        const axis = [0, 1, 2, 1, 3][i] ?? 0;
        return tf.log(
          tf.div(
            tf.exp(tf.sub(logits, tf.max(logits))),
            tf.sum(tf.exp(tf.sub(logits, tf.max(logits))), axis, true),
          ),
        );
      },
    }),
  ),
};
