import { attr } from '@isonoise/onnx';
import * as tf from '@tensorflow/tfjs-core';

import type { Tracer } from '../tracer.ts';
import { constantValues, type TracedType, type TracedValue, tracedType } from '../value.ts';
import { asNumbers, cast } from './cast.ts';
import type { Kernel, Rule, RuleTable } from './rule.ts';
import { binary, broadcasting, requireNumbers, unary } from './value-by-value.ts';

type Binary = (tracer: Tracer, a: TracedValue, b: TracedValue) => TracedValue;

const two =
  (write: Binary): Rule<Kernel<tf.BinaryInputs>> =>
  (tracer, inputs) =>
    write(tracer, inputs.a, inputs.b);

const op =
  (opType: string, dtype?: TracedType): Binary =>
  (tracer, a, b) =>
    binary(tracer, opType, a, b, dtype);

/** Writes a comparison; for booleans, false < true. */
const comparison =
  (opType: string): Binary =>
  (tracer, a, b) =>
    binary(tracer, opType, asNumbers(tracer, a), asNumbers(tracer, b), 'bool');

const squaredDifference: Binary = (tracer, a, b) => {
  const difference = binary(tracer, 'Sub', a, b);
  return binary(tracer, 'Mul', difference, difference);
};

/**
 * Divides integers, with separate results for the divisors 0 and −1. ONNX Runtime fails at 0, and −2³¹ / −1 overflows and
 * ends the process.
 *
 * @param write writes the division by any other divisor
 * @param otherwise writes the results for the divisors 0 and −1
 */
function dividing(
  tracer: Tracer,
  a: TracedValue,
  b: TracedValue,
  write: Binary,
  otherwise: Binary,
): TracedValue {
  requireNumbers(tracer, a);
  const known = constantValues(b);
  if (known !== undefined && Array.prototype.every.call(known, (value) => value !== 0 && value !== -1)) {
    return write(tracer, a, b);
  }
  const is = (value: number): TracedValue =>
    binary(tracer, 'Equal', b, tracer.fill(value, [], 'int32'), 'bool');
  const apart = binary(tracer, 'Or', is(0), is(-1), 'bool');
  const divisor = broadcasting(tracer, 'Where', [apart, tracer.fill(1, [], 'int32'), b], 'int32');
  return broadcasting(tracer, 'Where', [apart, otherwise(tracer, a, b), write(tracer, a, divisor)], 'int32');
}

/** Writes the remainder with the divisor's sign. It is 0 if the divisor is 0. */
const integerModulo: Binary = (tracer, a, b) =>
  dividing(tracer, a, b, op('Mod'), () => tracer.fill(0, [], 'int32'));

/** Writes ⌊a / b⌋; 0 for a divisor of 0. */
const integerFloorDivide: Binary = (tracer, a, b) =>
  dividing(
    tracer,
    a,
    b,
    (_tracer, x, y) => {
      // Div truncates. The quotient is one too large if the remainder is not 0 and its sign differs from the divisor's.
      const truncated = broadcasting(tracer, 'Mod', [x, y], 'int32', { fmod: attr.int(1) });
      const rounded = different(tracer, truncated, binary(tracer, 'Mod', x, y));
      return binary(tracer, 'Sub', binary(tracer, 'Div', x, y), cast(tracer, rounded, 'int32'));
    },
    op('Mul'),
  );

/**
 * Writes the remainder with the divisor's sign. ONNX's Mod uses this sign for integers, but the dividend's sign for floats.
 */
const modulo: Binary = (tracer, a, b) => {
  if (a.dtype !== 'float32') return integerModulo(tracer, a, b);
  const zero = tracer.fill(0, [], 'float32');
  const remainder = broadcasting(tracer, 'Mod', [a, b], 'float32', { fmod: attr.int(1) });
  // Add the divisor if its sign differs from that of the remainder.
  const apart = binary(tracer, 'Less', binary(tracer, 'Mul', remainder, b), zero, 'bool');
  return broadcasting(tracer, 'Where', [apart, binary(tracer, 'Add', remainder, b), remainder], 'float32');
};

/** Writes ⌊a / b⌋ as int32 for operands of any type, as in tfjs. */
const floorDivide: Binary = (tracer, a, b) => {
  if (a.dtype === 'int32') return integerFloorDivide(tracer, a, b);
  return cast(tracer, unary(tracer, 'Floor', binary(tracer, 'Div', a, b)), 'int32');
};

/** Writes aᵇ. 1 to the power of NaN, and ±1 to the power of ±∞, are NaN in JavaScript but 1 in the C library. */
const power: Binary = (tracer, a, b) => {
  const value = binary(tracer, 'Pow', a, b);
  const known = constantValues(b);
  if (a.dtype !== 'float32' || (known !== undefined && Array.prototype.every.call(known, Number.isFinite))) {
    return value;
  }
  const isOne = binary(tracer, 'Equal', unary(tracer, 'Abs', a), tracer.fill(1, [], 'float32'), 'bool');
  const isEndless = unary(tracer, 'IsNaN', binary(tracer, 'Sub', b, b), 'bool');
  const undefinedHere = binary(tracer, 'And', isOne, isEndless, 'bool');
  return broadcasting(
    tracer,
    'Where',
    [undefinedHere, tracer.fill(Number.NaN, [], 'float32'), value],
    'float32',
  );
};

const different: Binary = (tracer, a, b) => unary(tracer, 'Not', binary(tracer, 'Equal', a, b, 'bool'));

export interface ArithmeticKernels {
  Add: Kernel<tf.AddInputs>;
  Sub: Kernel<tf.SubInputs>;
  Multiply: Kernel<tf.MultiplyInputs>;
  RealDiv: Kernel<tf.RealDivInputs>;
  FloorDiv: Kernel<tf.FloorDivInputs>;
  Mod: Kernel<tf.ModInputs>;
  Maximum: Kernel<tf.MaximumInputs>;
  Minimum: Kernel<tf.MinimumInputs>;
  Pow: Kernel<tf.PowInputs>;
  SquaredDifference: Kernel<tf.SquaredDifferenceInputs>;
  Greater: Kernel<tf.GreaterInputs>;
  GreaterEqual: Kernel<tf.GreaterEqualInputs>;
  Less: Kernel<tf.LessInputs>;
  LessEqual: Kernel<tf.LessEqualInputs>;
  Equal: Kernel<tf.EqualInputs>;
  NotEqual: Kernel<tf.NotEqualInputs>;
  LogicalAnd: Kernel<tf.LogicalAndInputs>;
  LogicalOr: Kernel<tf.LogicalOrInputs>;
  AddN: Kernel<tf.AddNInputs>;
  Select: Kernel<tf.SelectInputs>;
}

/** Arithmetic and comparisons of two operands, and the selection between them. */
export const arithmeticRules: RuleTable<ArithmeticKernels> = {
  Add: two(op('Add')),
  Sub: two(op('Sub')),
  Multiply: two(op('Mul')),
  RealDiv: two(op('Div')),
  FloorDiv: two(floorDivide),
  Mod: two(modulo),
  Maximum: two(op('Max')),
  Minimum: two(op('Min')),
  Pow: two(power),
  SquaredDifference: two(squaredDifference),
  Greater: two(comparison('Greater')),
  GreaterEqual: two(comparison('GreaterOrEqual')),
  Less: two(comparison('Less')),
  LessEqual: two(comparison('LessOrEqual')),
  Equal: two(op('Equal', 'bool')),
  NotEqual: two(different),
  LogicalAnd: two(op('And', 'bool')),
  LogicalOr: two(op('Or', 'bool')),
  AddN: (tracer, values) => {
    const [first, ...rest] = values;
    if (first === undefined) throw new Error('trace: AddN without tensors; expected one or more');
    // ONNX Runtime's Sum supports only floats.
    if (first.dtype !== 'float32')
      return rest.reduce((sum, value) => binary(tracer, 'Add', sum, value), first);
    return broadcasting(tracer, 'Sum', values, 'float32');
  },
  Select: (tracer, inputs) => {
    const { condition, t, e } = inputs;
    // In tfjs a condition of rank 1 selects whole rows; ONNX broadcasts from the right.
    const missing = t.shape.length - condition.shape.length;
    const shape = [...condition.shape, ...Array<number>(Math.max(0, missing)).fill(1)];
    const rows =
      missing > 0 && condition.shape.length > 0
        ? tracer.computed(shape, 'bool', tracer.recorder.reshape(tracer.plain(condition), shape))
        : condition;
    const dtype = tracedType(tf.upcastType(t.dtype, e.dtype));
    // ONNX Runtime's Where does not support booleans.
    const numbers = dtype === 'bool' ? 'int32' : dtype;
    const sides = [cast(tracer, t, numbers), cast(tracer, e, numbers)] as const;
    return cast(tracer, broadcasting(tracer, 'Where', [rows, ...sides], numbers), dtype);
  },
};
