import type * as tf from '@tensorflow/tfjs-core';
import type { Tracer } from '../tracer.ts';
import type { TracedValue } from '../value.ts';
import { cast } from './cast.ts';
import type { Kernel, Rule, RuleTable } from './rule.ts';
import { binary, broadcasting, eachValue, requireNumbers, unary } from './value-by-value.ts';

type Unary = (tracer: Tracer, x: TracedValue) => TracedValue;

type UnaryKernel = Kernel<tf.UnaryInputs>;

/** Writes an ONNX operator with one operand. */
export const op =
  (opType: string): Unary =>
  (tracer, x) =>
    unary(tracer, opType, x);

/** Writes an ONNX operator from floats to bools. */
const test =
  (opType: string): Unary =>
  (tracer, x) =>
    unary(tracer, opType, cast(tracer, x, 'float32'), 'bool');

/** A rule for an operand of any type that the nodes support. */
const plain =
  (write: Unary): Rule<UnaryKernel> =>
  (tracer, inputs) =>
    write(tracer, inputs.x);

/** A rule for an operand of any numeric type. */
const numeric =
  (write: Unary): Rule<UnaryKernel> =>
  (tracer, inputs) => {
    const x = inputs.x;
    requireNumbers(tracer, x);
    return write(tracer, x);
  };

/**
 * Makes a rule for an ONNX operator on floats. Other types are cast to float32, and the result is truncated, as in tfjs.
 */
export const real =
  (write: Unary): Rule<UnaryKernel> =>
  (tracer, inputs) => {
    const x = inputs.x;
    const result = write(tracer, cast(tracer, x, 'float32'));
    return x.dtype === 'float32' ? result : cast(tracer, cast(tracer, result, 'int32'), x.dtype);
  };

/** A rule for rounding, which leaves integers unchanged. */
const rounding =
  (opType: string): Rule<UnaryKernel> =>
  (tracer, inputs) => {
    const x = inputs.x;
    return x.dtype === 'float32' ? unary(tracer, opType, x) : x;
  };

/**
 * Clips to bounds in the type of the operand. For int32, the bounds are truncated. tfjs truncates the result instead, which
 * gives the same values.
 */
export function clip(tracer: Tracer, x: TracedValue, low: number, high: number): TracedValue {
  requireNumbers(tracer, x);
  const bound = (value: number): string =>
    tracer.plain(tracer.fill(x.dtype === 'int32' ? Math.trunc(value) : value, [], x.dtype));
  return eachValue(tracer, x, x.dtype, (name, shape) =>
    tracer.recorder.op('Clip', [name, bound(low), bound(high)], shape),
  );
}

const number = (tracer: Tracer, value: number): TracedValue => tracer.fill(value, [], 'float32');

/** eˣ − 1 = tanh(x/2)·(eˣ + 1), which avoids cancellation near zero. */
const expm1: Unary = (tracer, x) => {
  const half = unary(tracer, 'Tanh', binary(tracer, 'Mul', x, number(tracer, 0.5)));
  return binary(tracer, 'Mul', half, binary(tracer, 'Add', unary(tracer, 'Exp', x), number(tracer, 1)));
};

/**
 * Writes log(1 + x) as log(u)·x/(u − 1), where u is 1 + x, rounded. The factor x/(u − 1) corrects the rounding. If u was
 * not rounded, the result is log(u), even at infinity. If u is 1, the result is x.
 *
 * @see Higham 2002, Accuracy and Stability of Numerical Algorithms, §1.14.1
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

/** The sign of a value: −1, 0 or 1; for NaN, 0 as in tfjs. */
const sign: Unary = (tracer, x) => {
  const signed = unary(tracer, 'Sign', x);
  if (x.dtype !== 'float32') return signed;
  return broadcasting(tracer, 'Where', [test('IsNaN')(tracer, x), number(tracer, 0), signed], 'float32');
};

const rsqrt: Unary = (tracer, x) => unary(tracer, 'Reciprocal', unary(tracer, 'Sqrt', x));

const finite: Unary = (tracer, x) =>
  unary(tracer, 'Not', binary(tracer, 'Or', test('IsNaN')(tracer, x), test('IsInf')(tracer, x), 'bool'));

export interface ElementwiseKernels {
  Abs: Kernel<tf.AbsInputs>;
  Neg: Kernel<tf.NegInputs>;
  Sign: Kernel<tf.SignInputs>;
  Square: Kernel<tf.SquareInputs>;
  LogicalNot: Kernel<tf.LogicalNotInputs>;
  Ceil: Kernel<tf.CeilInputs>;
  Floor: Kernel<tf.FloorInputs>;
  Round: Kernel<tf.RoundInputs>;
  IsFinite: Kernel<tf.IsFiniteInputs>;
  IsInf: Kernel<tf.IsInfInputs>;
  IsNan: Kernel<tf.IsNanInputs>;
  Acos: Kernel<tf.AcosInputs>;
  Acosh: Kernel<tf.AcoshInputs>;
  Asin: Kernel<tf.AsinInputs>;
  Asinh: Kernel<tf.AsinhInputs>;
  Atan: Kernel<tf.AtanInputs>;
  Atanh: Kernel<tf.AtanhInputs>;
  Cos: Kernel<tf.CosInputs>;
  Cosh: Kernel<tf.CoshInputs>;
  Erf: Kernel<tf.ErfInputs>;
  Expm1: Kernel<tf.Expm1Inputs>;
  Log: Kernel<tf.LogInputs>;
  Log1p: Kernel<tf.Log1pInputs>;
  Reciprocal: Kernel<tf.ReciprocalInputs>;
  Rsqrt: Kernel<tf.RsqrtInputs>;
  Sin: Kernel<tf.SinInputs>;
  Sinh: Kernel<tf.SinhInputs>;
  Sqrt: Kernel<tf.SqrtInputs>;
  Tan: Kernel<tf.TanInputs>;
  Tanh: Kernel<tf.TanhInputs>;
  Exp: Kernel<tf.ExpInputs>;
  ClipByValue: Kernel<tf.ClipByValueInputs, tf.ClipByValueAttrs>;
}

/** Functions of one operand, value by value. */
export const elementwiseRules: RuleTable<ElementwiseKernels> = {
  Abs: numeric(op('Abs')),
  Neg: numeric(op('Neg')),
  Sign: numeric(sign),
  Square: numeric((tracer, x) => binary(tracer, 'Mul', x, x)),
  LogicalNot: plain(op('Not')),
  Ceil: rounding('Ceil'),
  Floor: rounding('Floor'),
  Round: rounding('Round'),
  IsFinite: plain(finite),
  IsInf: plain(test('IsInf')),
  IsNan: plain(test('IsNaN')),
  Acos: real(op('Acos')),
  Acosh: real(op('Acosh')),
  Asin: real(op('Asin')),
  Asinh: real(op('Asinh')),
  Atan: real(op('Atan')),
  Atanh: real(op('Atanh')),
  Cos: real(op('Cos')),
  Cosh: real(op('Cosh')),
  Erf: real(op('Erf')),
  Expm1: real(expm1),
  Log: real(op('Log')),
  Log1p: real(log1p),
  Reciprocal: real(op('Reciprocal')),
  Rsqrt: real(rsqrt),
  Sin: real(op('Sin')),
  Sinh: real(op('Sinh')),
  Sqrt: real(op('Sqrt')),
  Tan: real(op('Tan')),
  Tanh: real(op('Tanh')),
  // Of these functions, only Exp returns a float for an integer.
  Exp: (tracer, inputs) => unary(tracer, 'Exp', cast(tracer, inputs.x, 'float32')),
  ClipByValue: (tracer, inputs, { clipValueMin, clipValueMax }) =>
    clip(tracer, inputs.x, clipValueMin, clipValueMax),
};
