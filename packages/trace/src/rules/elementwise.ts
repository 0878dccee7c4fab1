import * as tf from '@tensorflow/tfjs-core';
import type { Tracer } from '../tracer.ts';
import type { TracedValue } from '../value.ts';
import { cast } from './cast.ts';
import { input, type Rule, type RuleTable } from './rule.ts';
import { binary, broadcasting, eachValue, requireNumbers, unary } from './value-by-value.ts';

type Unary = (tracer: Tracer, x: TracedValue) => TracedValue;

/** A function under its ONNX name. */
export const op =
  (opType: string): Unary =>
  (tracer, x) =>
    unary(tracer, opType, x);

/** A test of floats, with a bool for an answer. */
const test =
  (opType: string): Unary =>
  (tracer, x) =>
    unary(tracer, opType, cast(tracer, x, 'float32'), 'bool');

/** A kernel whose operand may have any type that the nodes take. */
const plain =
  (write: Unary): Rule =>
  (tracer, inputs) =>
    write(tracer, input(inputs, 'x'));

/** A kernel whose operand may have any numeric type. */
const numeric =
  (write: Unary): Rule =>
  (tracer, inputs) => {
    const x = input(inputs, 'x');
    requireNumbers(tracer, x);
    return write(tracer, x);
  };

/** A function that ONNX has for floats; others pass through float32 and the answer is truncated, as in tfjs. */
export const real =
  (write: Unary): Rule =>
  (tracer, inputs) => {
    const x = input(inputs, 'x');
    const answer = write(tracer, cast(tracer, x, 'float32'));
    return x.dtype === 'float32' ? answer : cast(tracer, cast(tracer, answer, 'int32'), x.dtype);
  };

/** Rounding, which integers are past. */
const rounding =
  (opType: string): Rule =>
  (tracer, inputs) => {
    const x = input(inputs, 'x');
    return x.dtype === 'float32' ? unary(tracer, opType, x) : x;
  };

/** Bounds of a Clip in the type of what is clipped; an int32 result is truncated, so its bounds may be too. */
export function clip(tracer: Tracer, x: TracedValue, low: number, high: number): TracedValue {
  requireNumbers(tracer, x);
  const bound = (value: number): string =>
    tracer.plain(tracer.fill(x.dtype === 'int32' ? Math.trunc(value) : value, [], x.dtype));
  return eachValue(tracer, x, x.dtype, (name, shape) =>
    tracer.recorder.op('Clip', [name, bound(low), bound(high)], shape),
  );
}

const number = (tracer: Tracer, value: number): TracedValue => tracer.fill(value, [], 'float32');

/** eˣ − 1 = tanh(x/2)·(eˣ + 1): no two close numbers are subtracted near zero. */
const expm1: Unary = (tracer, x) => {
  const half = unary(tracer, 'Tanh', binary(tracer, 'Mul', x, number(tracer, 0.5)));
  return binary(tracer, 'Mul', half, binary(tracer, 'Add', unary(tracer, 'Exp', x), number(tracer, 1)));
};

/**
 * log(1 + x). With u = 1 + x rounded, log(u)·x/(u − 1) makes up for the rounding; where there was none, log(u) is right
 * as it stands, at infinity too; where u is 1, the answer is x.
 * Source: Higham 2002, Accuracy and Stability of Numerical Algorithms, §1.14.1.
 */
const log1p: Unary = (tracer, x) => {
  const one = number(tracer, 1);
  const u = binary(tracer, 'Add', x, one);
  const rounded = binary(tracer, 'Sub', u, one);
  const log = unary(tracer, 'Log', u);
  const corrected = binary(tracer, 'Mul', log, binary(tracer, 'Div', x, rounded));
  const exact = binary(tracer, 'Equal', rounded, x, 'bool');
  const vanished = binary(tracer, 'Equal', rounded, number(tracer, 0), 'bool');
  const inner = broadcasting(tracer, 'Where', [exact, log, corrected], 'float32');
  return broadcasting(tracer, 'Where', [vanished, x, inner], 'float32');
};

/** −1, 0 or 1; of NaN tfjs says 0. */
const sign: Unary = (tracer, x) => {
  const signed = unary(tracer, 'Sign', x);
  if (x.dtype !== 'float32') return signed;
  return broadcasting(tracer, 'Where', [test('IsNaN')(tracer, x), number(tracer, 0), signed], 'float32');
};

const rsqrt: Unary = (tracer, x) => unary(tracer, 'Reciprocal', unary(tracer, 'Sqrt', x));

const finite: Unary = (tracer, x) =>
  unary(tracer, 'Not', binary(tracer, 'Or', test('IsNaN')(tracer, x), test('IsInf')(tracer, x), 'bool'));

/** Functions of one operand, value by value. */
export const elementwiseRules: RuleTable = {
  [tf.Abs]: numeric(op('Abs')),
  [tf.Neg]: numeric(op('Neg')),
  [tf.Sign]: numeric(sign),
  [tf.Square]: numeric((tracer, x) => binary(tracer, 'Mul', x, x)),
  [tf.LogicalNot]: plain(op('Not')),
  [tf.Ceil]: rounding('Ceil'),
  [tf.Floor]: rounding('Floor'),
  [tf.Round]: rounding('Round'),
  [tf.IsFinite]: plain(finite),
  [tf.IsInf]: plain(test('IsInf')),
  [tf.IsNan]: plain(test('IsNaN')),
  [tf.Acos]: real(op('Acos')),
  [tf.Acosh]: real(op('Acosh')),
  [tf.Asin]: real(op('Asin')),
  [tf.Asinh]: real(op('Asinh')),
  [tf.Atan]: real(op('Atan')),
  [tf.Atanh]: real(op('Atanh')),
  [tf.Cos]: real(op('Cos')),
  [tf.Cosh]: real(op('Cosh')),
  [tf.Erf]: real(op('Erf')),
  [tf.Expm1]: real(expm1),
  [tf.Log]: real(op('Log')),
  [tf.Log1p]: real(log1p),
  [tf.Reciprocal]: real(op('Reciprocal')),
  [tf.Rsqrt]: real(rsqrt),
  [tf.Sin]: real(op('Sin')),
  [tf.Sinh]: real(op('Sinh')),
  [tf.Sqrt]: real(op('Sqrt')),
  [tf.Tan]: real(op('Tan')),
  [tf.Tanh]: real(op('Tanh')),
  // The one whose answer to integers is a float.
  [tf.Exp]: (tracer, inputs) => unary(tracer, 'Exp', cast(tracer, input(inputs, 'x'), 'float32')),
  [tf.ClipByValue]: (tracer, inputs, { clipValueMin, clipValueMax }) =>
    clip(tracer, input(inputs, 'x'), clipValueMin as number, clipValueMax as number),
};
