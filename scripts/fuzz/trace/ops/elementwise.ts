import { silu } from '@isonoise/ops';
import * as tf from '@tensorflow/tfjs-core';
import type { KnownValue } from '../program.ts';
import { isFloat, type MakeStep, over, place } from './make-step.ts';

type Unary = (x: tf.Tensor) => tf.Tensor;

const unary = (text: string, run: Unary): MakeStep =>
  over(isFloat, () => ({
    text: ([x]) => text.replaceAll('$', x ?? ''),
    run: ([x]) => run(x as tf.Tensor),
  }));

const positive: Unary = (x) => tf.add(tf.abs(x), 0.5);

/** Moves values away from whole numbers, at which rounding errors would decide the result of floor, ceil and round. */
const offWhole: Unary = (x) => tf.add(x, 0.3137);

export const UNARY: readonly MakeStep[] = [
  unary('abs($)', tf.abs),
  unary('neg($)', tf.neg),
  unary('square($)', tf.square),
  unary('relu($)', tf.relu),
  unary('relu6($)', tf.relu6),
  unary('elu($)', tf.elu),
  unary('selu($)', tf.selu),
  unary('leakyRelu($, 0.3)', (x) => tf.leakyRelu(x, 0.3)),
  unary('sigmoid($)', tf.sigmoid),
  unary('tanh($)', tf.tanh),
  unary('exp($)', tf.exp),
  unary('expm1($)', tf.expm1),
  unary('log(abs($) + 0.5)', (x) => tf.log(positive(x))),
  unary('log1p(abs($) + 0.5)', (x) => tf.log1p(positive(x))),
  unary('sqrt(abs($) + 0.5)', (x) => tf.sqrt(positive(x))),
  unary('rsqrt(abs($) + 0.5)', (x) => tf.rsqrt(positive(x))),
  unary('reciprocal(abs($) + 0.5)', (x) => tf.reciprocal(positive(x))),
  unary('sin($)', tf.sin),
  unary('cos($)', tf.cos),
  unary('atan($)', tf.atan),
  unary('asinh($)', tf.asinh),
  unary('erf($)', tf.erf),
  unary('softplus($)', tf.softplus),
  unary('silu($)', silu),
  unary('floor($ + 0.3137)', (x) => tf.floor(offWhole(x))),
  unary('ceil($ + 0.3137)', (x) => tf.ceil(offWhole(x))),
  unary('round($ + 0.3137)', (x) => tf.round(offWhole(x))),
  unary('sign($)', tf.sign),
  unary('step($)', (x) => tf.step(x)),
  unary('clipByValue($, -0.5, 0.7)', (x) => tf.clipByValue(x, -0.5, 0.7)),
  unary('zerosLike($)', tf.zerosLike),
  unary('onesLike($)', tf.onesLike),
  unary("cast(cast($ + 0.3137, 'int32'), 'float32')", (x) =>
    tf.cast(tf.cast(offWhole(x), 'int32'), 'float32'),
  ),
  unary("cast($ > 0, 'float32')", (x) => tf.cast(tf.greater(x, 0), 'float32')),
];

const binary = (text: string, run: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): MakeStep => {
  return (random, known) => {
    const [a, b] = [place(random, known, isFloat), place(random, known, isFloat)];
    if (a === undefined || b === undefined) return undefined;
    return {
      text: ([x, y]) => text.replaceAll('$a', x ?? '').replaceAll('$b', y ?? ''),
      operands: random.shuffled([a, b]),
      run: ([x, y]) => run(x as tf.Tensor, y as tf.Tensor),
      batched: startsWithBatch(known[a] as KnownValue, known[b] as KnownValue),
    };
  };
};

/** Whether the result of broadcasting begins with the named dimension. */
function startsWithBatch(a: KnownValue, b: KnownValue): boolean {
  const rank = Math.max(a.shape.length, b.shape.length);
  return [a, b].some(({ batched, shape }) => batched && shape.length === rank);
}

export const BINARY: readonly MakeStep[] = [
  binary('$a + $b', tf.add),
  binary('$a - $b', tf.sub),
  binary('$a * $b', tf.mul),
  binary('$a / (abs($b) + 0.5)', (a, b) => tf.div(a, positive(b))),
  binary('maximum($a, $b)', tf.maximum),
  binary('minimum($a, $b)', tf.minimum),
  binary('squaredDifference($a, $b)', tf.squaredDifference),
  binary('pow(abs($a) + 0.5, $b)', (a, b) => tf.pow(positive(a), b)),
  binary('mod($a, abs($b) + 0.5)', (a, b) => tf.mod(a, positive(b))),
  binary('where($a > $b, $a, sin($b))', (a, b) => tf.where(tf.greater(a, b), a, tf.sin(b))),
  binary('prelu($a, $b)', tf.prelu),
  binary('matMul($a, $b)', tf.matMul as (a: tf.Tensor, b: tf.Tensor) => tf.Tensor),
  binary('stack([$a, $b], -1)', (a, b) => tf.stack([a, b], -1)),
  binary('concat([$a, $b], -1)', (a, b) => tf.concat([a, b], -1)),
];
