import * as tf from '@tensorflow/tfjs-core';
import { LIBM, type RuleCase, type RuleCases } from '../../../../tests/support/rule-cases.ts';
import { float32, int32, values } from '../../../../tests/support/trace-and-run.ts';
import { channelsFirst } from './image-layouts.cases.ts';

type One = (x: tf.Tensor) => tf.Tensor;

const list = [-40, -9, -3, -1.5, -0.5, -1e-4, -0, 0, 1e-4, 0.5, 1, 3, 6, 7, 40];
const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

const over = (run: One, tolerance = 0): RuleCase[] => [
  { what: 'a range of values', run, inputs: [float32([list.length], list)], tolerance },
  { what: 'NaN and infinities', run, inputs: [float32([3], [nan, inf, -inf])], tolerance },
  {
    what: 'channels first',
    run: (x: tf.Tensor) => run(channelsFirst(x)),
    inputs: [values([2, 3, 5, 1])],
    tolerance,
  },
  {
    what: 'a broadcast value and a constant',
    run: (x: tf.Tensor) => [run(tf.broadcastTo(x, [2, 3])), run(tf.fill([2], -2))],
    inputs: [values([3])],
    tolerance,
  },
];

const integers = (run: One): RuleCase => ({ what: 'integers', run, inputs: [int32([5], [-3, 0, 1, 6, 9])] });

export const activationCases: RuleCases = {
  Elu: over(tf.elu, LIBM),
  Relu: [...over(tf.relu), integers(tf.relu)],
  Selu: over(tf.selu, LIBM),
  Sigmoid: over(tf.sigmoid, LIBM),
  // Beyond ±13.9, tfjs returns x or eˣ, which differ from softplus by less than 1e-6.
  Softplus: over(tf.softplus, LIBM),
  Relu6: [...over(tf.relu6), integers(tf.relu6)],
  LeakyRelu: [...over((x) => tf.leakyRelu(x, 0.3)), ...over((x) => tf.leakyRelu(x))].map((one) => ({
    ...one,
    tolerance: 1e-7, // one product
  })),
  Prelu: [
    { what: 'integer slopes', run: tf.prelu, inputs: [values([2, 3]), int32([3], [2, 0, -3])] },
    { what: 'a slope per channel', run: tf.prelu, inputs: [values([2, 3, 4]), values([4], 2)] },
    { what: 'one slope', run: tf.prelu, inputs: [values([2, 3, 4]), values([], 2)] },
    { what: 'a slope per row', run: tf.prelu, inputs: [values([2, 3, 4]), values([3, 1], 2)] },
    { what: 'more slopes than values', run: tf.prelu, inputs: [values([3]), values([2, 3], 2)] },
    {
      what: 'a broadcast value',
      run: (x: tf.Tensor, a: tf.Tensor) => tf.prelu(tf.broadcastTo(x, [2, 3]), a),
      inputs: [values([3]), values([2, 3], 2)],
    },
    {
      what: 'channels first',
      run: (x: tf.Tensor, a: tf.Tensor) => tf.prelu(channelsFirst(x), a),
      inputs: [values([2, 3, 4, 1]), values([1, 4, 1], 2)],
    },
  ],
  Step: [...over((x) => tf.step(x)), ...over((x) => tf.step(x, 0.5)), integers((x) => tf.step(x))],
};
