import * as tf from '@tensorflow/tfjs-core';
import { unsupported } from '../errors.ts';
import { type Shape, sameOrder, unpermute } from '../layout.ts';
import type { Attributes } from '../recorder.ts';
import type { Tracer } from '../tracer.ts';
import type { TracedType, TracedValue } from '../value.ts';

/** Writes a broadcasting node over operands of any shapes, in the order that moves the fewest bytes. */
export function broadcasting(
  tracer: Tracer,
  opType: string,
  operands: readonly TracedValue[],
  dtype: TracedType,
  attributes: Attributes = {},
): TracedValue {
  const shape = broadcastShape(operands.map((value) => value.shape));
  const order = tracer.commonOrder(operands, shape);
  const names = operands.map((value) => tracer.operand(value, shape, order));
  // If the operands are broadcast lazily, the result of the node is smaller than the shape in tfjs.
  const physical = broadcastShape(names.map((name) => tracer.recorder.shapeOf(name)));
  const name = tracer.recorder.op(opType, names, physical, attributes);
  const value =
    physical.length === shape.length
      ? tracer.computed(unpermute(physical, order), dtype, name, order)
      : tracer.computed(physical, dtype, name);
  return expanded(tracer, value, shape);
}

function broadcastShape(shapes: readonly Shape[]): Shape {
  return shapes.reduce((a, b) => tf.backend_util.assertAndGetBroadcastShape(a as number[], b as number[]));
}

/**
 * Rejects booleans for operators that support only numbers in ONNX.
 * @throws TRACE_ATTRIBUTE_UNSUPPORTED if the values are booleans
 */
export function requireNumbers({ recorder }: Tracer, x: TracedValue): void {
  if (x.dtype !== 'bool') return;
  throw unsupported(recorder.kernel, 'operands of type', 'bool', 'numbers: cast them to int32 or float32');
}

/** Writes a node over two operands, unless constants determine the result. */
export function binary(
  tracer: Tracer,
  opType: string,
  a: TracedValue,
  b: TracedValue,
  dtype: TracedType = a.dtype,
): TracedValue {
  if (!/^(And|Or|Equal)$/.test(opType)) requireNumbers(tracer, a);
  return (
    fold(tracer, opType, a, b, broadcastShape([a.shape, b.shape])) ??
    broadcasting(tracer, opType, [a, b], dtype)
  );
}

/** Returns the result of arithmetic of constants, and of x·1, x/1, x+0 and x−0; undefined if a node is needed. */
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

/** Writes a node over one operand. */
export function unary(
  tracer: Tracer,
  opType: string,
  x: TracedValue,
  dtype: TracedType = x.dtype,
  attributes: Attributes = {},
): TracedValue {
  return eachValue(tracer, x, dtype, (name, shape) => tracer.recorder.op(opType, [name], shape, attributes));
}

/** Writes elementwise nodes over one operand in its current order. */
export function eachValue(
  tracer: Tracer,
  x: TracedValue,
  dtype: TracedType,
  write: (name: string, shape: Shape) => string,
): TracedValue {
  if (x.broadcastFrom !== undefined && x.forms.length === 0) {
    return tracer.broadcast(eachValue(tracer, x.broadcastFrom, dtype, write), x.shape);
  }
  if (x.fill !== undefined && x.shape.length > 0) {
    return tracer.broadcast(eachValue(tracer, tracer.fill(x.fill, [], x.dtype), dtype, write), x.shape);
  }
  const order = tracer.orderOf(x);
  const name = tracer.inOrder(x, order);
  return tracer.computed(x.shape, dtype, write(name, tracer.recorder.shapeOf(name)), order);
}
