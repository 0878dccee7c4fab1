import * as tf from '@tensorflow/tfjs-core';
import { LIBM, type RuleCase, type RuleCases } from '../../../../tests/support/rule-cases.ts';
import { bool, float32, int32, values } from '../../../../tests/support/trace-and-run.ts';
import { channelsFirst } from './image-layouts.cases.ts';

type One = (x: tf.Tensor) => tf.Tensor;

const line = (from: number, to: number, count = 13): readonly number[] =>
  Array.from({ length: count }, (_, i) => Math.fround(from + ((to - from) * i) / (count - 1)));

const over = (run: One, list: readonly number[], tolerance = LIBM): RuleCase[] => [
  { what: `from ${list[0]} to ${list.at(-1)}`, run, inputs: [float32([list.length], list)], tolerance },
  {
    what: 'channels first',
    run: (x: tf.Tensor) => run(channelsFirst(x)),
    inputs: [float32([1, 1, list.length, 1], list)],
    tolerance,
  },
  {
    what: 'a broadcast value and a constant',
    run: (x: tf.Tensor) => [run(tf.broadcastTo(x, [2, list.length])), run(tf.fill([2, 2], list[1] ?? 0))],
    inputs: [float32([list.length], list)],
    tolerance,
  },
];

const edges = (run: One, list: readonly number[], tolerance = 0): RuleCase => ({
  what: `at ${list}`,
  run,
  inputs: [float32([list.length], list)],
  tolerance,
});

const integers = (run: One, list: readonly number[] = [-3, -1, 0, 1, 2, 7]): RuleCase => ({
  what: 'integers',
  run,
  inputs: [int32([list.length], list)],
});

/** Integers at which a function is NaN or infinite. tfjs's int32 arrays store NaN and infinity as 0. */
const outside = (run: One): RuleCase[] => [
  { what: 'integers outside the domain', run, inputs: [int32([7], [-3, -2, -1, 0, 1, 2, 3])] },
  { what: 'booleans', run, inputs: [bool([2], [0, 1])] },
];

/** Runs a kernel directly, because some ops reject integers although their kernels accept them. */
const kernel =
  (name: string): One =>
  (x) =>
    tf.engine().runKernel(name, { x });

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

export const elementwiseCases: RuleCases = {
  Abs: [...over(tf.abs, line(-3, 3), 0), edges(tf.abs, [nan, -inf, -0]), integers(tf.abs)],
  Neg: [...over(tf.neg, line(-3, 3), 0), edges(tf.neg, [nan, -inf, -0]), integers(tf.neg)],
  Sign: [...over(tf.sign, line(-3, 3), 0), edges(tf.sign, [-inf, -0, 0, nan]), integers(tf.sign)],
  Square: [...over(tf.square, line(-3, 3), 0), integers(tf.square)],
  LogicalNot: [{ what: 'both', run: tf.logicalNot, inputs: [bool([2], [0, 1])] }],
  Ceil: [...over(tf.ceil, line(-3, 3), 0), integers(kernel(tf.Ceil))],
  Floor: [...over(tf.floor, line(-3, 3), 0), integers(kernel(tf.Floor))],
  // tfjs and ONNX both round halves to the even neighbour.
  Round: [...over(tf.round, [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.49, 3.51], 0), integers(tf.round)],
  IsFinite: [edges(tf.isFinite, [1, nan, inf, -inf]), integers(tf.isFinite)],
  IsInf: [edges(tf.isInf, [1, nan, inf, -inf]), integers(tf.isInf)],
  IsNan: [edges(tf.isNaN, [1, nan, inf, -inf]), integers(tf.isNaN)],
  Acos: [...over(tf.acos, line(-1, 1)), edges(tf.acos, [2, nan]), ...outside(kernel(tf.Acos))],
  Acosh: [...over(tf.acosh, line(1, 9)), edges(tf.acosh, [0.5, nan]), ...outside(kernel(tf.Acosh))],
  Asin: [...over(tf.asin, line(-1, 1)), edges(tf.asin, [2, nan]), ...outside(kernel(tf.Asin))],
  Asinh: over(tf.asinh, line(-9, 9)),
  Atan: [...over(tf.atan, line(-9, 9)), edges(tf.atan, [inf], LIBM)],
  Atanh: [...over(tf.atanh, line(-0.9, 0.9)), edges(tf.atanh, [1, -1, 2]), ...outside(kernel(tf.Atanh))],
  Cos: over(tf.cos, line(-9, 9)),
  Cosh: over(tf.cosh, line(-5, 5)),
  // tfjs computes erf by Abramowitz & Stegun 7.1.26, with an error up to 1.5e-7.
  Erf: over(tf.erf, line(-3, 3)),
  Exp: [
    ...over(tf.exp, line(-9, 5)),
    edges(tf.exp, [-inf, inf, nan, 200, -200]),
    { ...integers(tf.exp, [0, 1, 2, -3]), tolerance: LIBM },
  ],
  Expm1: [
    ...over(tf.expm1, line(-9, 5)),
    edges(tf.expm1, [-inf, inf, nan, 0]),
    {
      what: 'small arguments, relative to their size',
      run: (x: tf.Tensor) => tf.div(tf.expm1(x), x),
      inputs: [float32([4], [1e-3, -1e-5, 1e-7, 3e-20])],
      tolerance: LIBM,
    },
  ],
  Log: [...over(tf.log, line(0.01, 9)), edges(tf.log, [0, -1, inf, nan])],
  Log1p: [
    ...over(tf.log1p, line(-0.9, 9)),
    edges(tf.log1p, [-1, -2, inf, nan, 0]),
    ...outside(kernel(tf.Log1p)),
    {
      what: 'small arguments, relative to their size',
      run: (x: tf.Tensor) => tf.div(tf.log1p(x), x),
      inputs: [float32([4], [1e-3, -1e-5, 1e-7, 3e-20])],
      tolerance: LIBM,
    },
  ],
  Reciprocal: [
    ...over(tf.reciprocal, line(0.5, 9)),
    edges(tf.reciprocal, [0, -0, inf]),
    ...outside(kernel(tf.Reciprocal)),
  ],
  Rsqrt: [...over(tf.rsqrt, line(0.5, 9)), edges(tf.rsqrt, [0, inf, -1])],
  Sin: over(tf.sin, line(-9, 9)),
  Sinh: over(tf.sinh, line(-5, 5)),
  Sqrt: [
    ...over(tf.sqrt, line(0, 9)),
    edges(tf.sqrt, [-1, inf, nan]),
    integers(kernel(tf.Sqrt), [0, 1, 2, 8, 9]),
  ],
  Tan: over(tf.tan, line(-1.4, 1.4)),
  Tanh: [
    ...over(tf.tanh, line(-9, 9)),
    edges(tf.tanh, [inf, -inf, nan]),
    { what: 'booleans', run: kernel(tf.Tanh), inputs: [bool([2], [0, 1])] },
  ],
  ClipByValue: [
    ...over((x) => tf.clipByValue(x, -1, 2), line(-3, 3), 0),
    edges((x) => tf.clipByValue(x, -1, 2), [nan, inf, -inf]),
    integers((x) => tf.clipByValue(x, -1, 2)),
    {
      what: 'integers with fractional bounds',
      run: (x: tf.Tensor) => tf.clipByValue(x, -1.5, 2.5),
      inputs: [int32([6], [-3, -1, 0, 1, 2, 7])],
    },
    { what: 'floats', run: (x: tf.Tensor) => tf.clipByValue(x, -0.5, 0.5), inputs: [values([4, 5])] },
  ],
};
