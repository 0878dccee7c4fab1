import * as tf from '@tensorflow/tfjs-core';
import { type Shape, sameOrder, sizeOf } from '../layout.ts';
import { float } from '../recorder.ts';
import type { Tracer } from '../tracer.ts';
import type { TracedType, TracedValue } from '../value.ts';
import { input, type Rule, type RuleTable } from './rule.ts';

/** A broadcasting node over two operands, in the order that moves the fewest bytes. */
export function binary(
  tracer: Tracer,
  opType: string,
  a: TracedValue,
  b: TracedValue,
  dtype: TracedType = a.dtype,
): TracedValue {
  const shape = tf.backend_util.assertAndGetBroadcastShape([...a.shape], [...b.shape]);
  const folded = fold(tracer, opType, a, b, shape);
  if (folded !== undefined) return folded;
  const order = tracer.commonOrder([a, b], shape);
  const names = [a, b].map((value) => tracer.operand(value, shape, order));
  const physical = physicalBroadcast(tracer, names);
  const name = tracer.recorder.op(opType, names, physical, {});
  const value = tracer.computed(shape, dtype, name, order);
  // Operands that were both lazily broadcast give a result that is smaller than tfjs thinks it is.
  if (physical.length === shape.length && sizeOf(physical) === sizeOf(shape)) return value;
  return tracer.broadcast(tracer.computed(physical, dtype, name), shape);
}

function physicalBroadcast(tracer: Tracer, names: readonly string[]): number[] {
  const [a = [], b = []] = names.map((name) => [...tracer.recorder.shapeOf(name)]);
  return tf.backend_util.assertAndGetBroadcastShape(a, b);
}

/** Arithmetic that needs no node: constants with constants, and x·1, x/1, x+0, x−0. */
function fold(
  tracer: Tracer,
  opType: string,
  a: TracedValue,
  b: TracedValue,
  shape: Shape,
): TracedValue | undefined {
  if (a.dtype !== 'float32' || b.dtype !== 'float32') return undefined;
  const evaluate = { Add, Sub, Mul, Div }[opType];
  if (evaluate === undefined) return undefined;
  if (a.fill !== undefined && b.fill !== undefined) {
    return tracer.fill(Math.fround(evaluate(a.fill, b.fill)), shape, 'float32');
  }
  const neutral = opType === 'Mul' || opType === 'Div' ? 1 : 0;
  if (b.fill === neutral) return expanded(tracer, a, shape);
  if (a.fill === neutral && (opType === 'Mul' || opType === 'Add')) return expanded(tracer, b, shape);
  return undefined;
}

const Add = (x: number, y: number): number => x + y;
const Sub = (x: number, y: number): number => x - y;
const Mul = (x: number, y: number): number => x * y;
const Div = (x: number, y: number): number => x / y;

function expanded(tracer: Tracer, value: TracedValue, shape: Shape): TracedValue {
  return sameOrder(value.shape, shape) ? value : tracer.broadcast(value, shape);
}

/** A node value by value, in the order its operand has. */
export function unary(
  tracer: Tracer,
  x: TracedValue,
  write: (name: string, shape: Shape) => string,
  dtype: TracedType = x.dtype,
): TracedValue {
  if (x.broadcastFrom !== undefined && x.forms.length === 0) {
    return tracer.broadcast(unary(tracer, x.broadcastFrom, write, dtype), x.shape);
  }
  const order = tracer.orderOf(x);
  const name = tracer.inOrder(x, order);
  return tracer.computed(x.shape, dtype, write(name, tracer.recorder.shapeOf(name)), order);
}

const two =
  (opType: string, dtype?: TracedType): Rule =>
  (tracer, inputs) =>
    binary(tracer, opType, input(inputs, 'a'), input(inputs, 'b'), dtype);

const not =
  (opType: string): Rule =>
  (tracer, inputs) => {
    const compared = binary(tracer, opType, input(inputs, 'a'), input(inputs, 'b'), 'bool');
    return unary(tracer, compared, (name, shape) => tracer.recorder.op('Not', [name], shape));
  };

const one =
  (opType: string): Rule =>
  (tracer, inputs) =>
    unary(tracer, input(inputs, 'x'), (name, shape) => tracer.recorder.op(opType, [name], shape));

/** Arithmetic, comparisons and functions, value by value. */
export const elementwiseRules: RuleTable = {
  [tf.Add]: two('Add'),
  [tf.Sub]: two('Sub'),
  [tf.Multiply]: two('Mul'),
  [tf.RealDiv]: two('Div'),
  [tf.Maximum]: two('Max'),
  [tf.Minimum]: two('Min'),
  [tf.Pow]: two('Pow'),
  [tf.Greater]: two('Greater', 'bool'),
  [tf.GreaterEqual]: two('GreaterOrEqual', 'bool'),
  [tf.Less]: two('Less', 'bool'),
  [tf.LessEqual]: two('LessOrEqual', 'bool'),
  [tf.Equal]: two('Equal', 'bool'),
  [tf.NotEqual]: not('Equal'),
  [tf.LogicalAnd]: two('And', 'bool'),
  [tf.LogicalOr]: two('Or', 'bool'),
  [tf.LogicalNot]: one('Not'),
  [tf.Abs]: one('Abs'),
  [tf.Acos]: one('Acos'),
  [tf.Asin]: one('Asin'),
  [tf.Atan]: one('Atan'),
  [tf.Ceil]: one('Ceil'),
  [tf.Cos]: one('Cos'),
  [tf.Cosh]: one('Cosh'),
  [tf.Elu]: one('Elu'),
  [tf.Erf]: one('Erf'),
  [tf.Exp]: one('Exp'),
  [tf.Floor]: one('Floor'),
  [tf.Log]: one('Log'),
  [tf.Neg]: one('Neg'),
  [tf.Reciprocal]: one('Reciprocal'),
  [tf.Relu]: one('Relu'),
  [tf.Round]: one('Round'),
  [tf.Sigmoid]: one('Sigmoid'),
  [tf.Sign]: one('Sign'),
  [tf.Sin]: one('Sin'),
  [tf.Sinh]: one('Sinh'),
  [tf.Softplus]: one('Softplus'),
  [tf.Sqrt]: one('Sqrt'),
  [tf.Tan]: one('Tan'),
  [tf.Tanh]: one('Tanh'),
  [tf.SquaredDifference]: (tracer, inputs) => {
    const difference = binary(tracer, 'Sub', input(inputs, 'a'), input(inputs, 'b'));
    return binary(tracer, 'Mul', difference, difference);
  },
  [tf.Square]: (tracer, inputs) => binary(tracer, 'Mul', input(inputs, 'x'), input(inputs, 'x')),
  [tf.Rsqrt]: (tracer, inputs) =>
    unary(tracer, input(inputs, 'x'), (name, shape) =>
      tracer.recorder.op('Reciprocal', [tracer.recorder.op('Sqrt', [name], shape)], shape),
    ),
  [tf.Expm1]: (tracer, inputs) =>
    binary(
      tracer,
      'Sub',
      unary(tracer, input(inputs, 'x'), (name, shape) => tracer.recorder.op('Exp', [name], shape)),
      tracer.fill(1, [], 'float32'),
    ),
  [tf.Log1p]: (tracer, inputs) =>
    unary(tracer, binary(tracer, 'Add', input(inputs, 'x'), tracer.fill(1, [], 'float32')), (name, shape) =>
      tracer.recorder.op('Log', [name], shape),
    ),
  [tf.Relu6]: (tracer, inputs) =>
    unary(tracer, input(inputs, 'x'), (name, shape) =>
      tracer.recorder.op('Clip', [name, tracer.recorder.scalar(0), tracer.recorder.scalar(6)], shape),
    ),
  [tf.ClipByValue]: (tracer, inputs, { clipValueMin, clipValueMax }) =>
    unary(tracer, input(inputs, 'x'), (name, shape) => {
      const bounds = [clipValueMin, clipValueMax].map((bound) => tracer.recorder.scalar(bound as number));
      return tracer.recorder.op('Clip', [name, ...bounds], shape);
    }),
  [tf.LeakyRelu]: (tracer, inputs, { alpha }) =>
    unary(tracer, input(inputs, 'x'), (name, shape) =>
      tracer.recorder.op('LeakyRelu', [name], shape, { alpha: float(alpha as number) }),
    ),
  [tf.Prelu]: (tracer, inputs) => binary(tracer, 'PRelu', input(inputs, 'x'), input(inputs, 'alpha')),
  [tf.Step]: (tracer, inputs, { alpha }) => {
    const slope = tracer.recorder.scalar((alpha as number) ?? 0);
    return unary(tracer, input(inputs, 'x'), (name, shape) => {
      const above = tracer.recorder.op('Greater', [name, tracer.recorder.scalar(0)], shape);
      return tracer.recorder.op('Where', [above, tracer.recorder.scalar(1), slope], shape);
    });
  },
  [tf.Select]: (tracer, inputs) => {
    const operands = [input(inputs, 'condition'), input(inputs, 't'), input(inputs, 'e')];
    const shape = input(inputs, 't').shape;
    const order = tracer.commonOrder(operands, shape);
    // tfjs lets a condition of rank 1 choose whole rows; ONNX broadcasts from the right.
    const [condition, t, e] = operands as [TracedValue, TracedValue, TracedValue];
    const rows =
      condition.shape.length === shape.length
        ? condition
        : tracer.computed(
            [...condition.shape, ...Array<number>(shape.length - condition.shape.length).fill(1)],
            'bool',
            tracer.recorder.reshape(tracer.plain(condition), [
              ...condition.shape,
              ...Array<number>(shape.length - condition.shape.length).fill(1),
            ]),
          );
    const names = [rows, t, e].map((value) => tracer.operand(value, shape, order));
    const physical = names.map((name) => [...tracer.recorder.shapeOf(name)]);
    const full = physical.reduce((x, y) => tf.backend_util.assertAndGetBroadcastShape(x, y));
    const value = tracer.computed(full, t.dtype, tracer.recorder.op('Where', names, full));
    return sizeOf(full) === sizeOf(shape)
      ? tracer.computed(shape, t.dtype, tracer.plain(value), order)
      : tracer.broadcast(value, shape);
  },
};
