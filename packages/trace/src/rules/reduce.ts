import * as tf from '@tensorflow/tfjs-core';
import { dim, orderWithout, permute, type Shape } from '../layout.ts';
import { type Attributes, int, ints } from '../recorder.ts';
import type { Tracer } from '../tracer.ts';
import type { TracedValue } from '../value.ts';
import { input, type Rule, type RuleTable } from './rule.ts';
import { reshape } from './shape.ts';

/** Writes one ONNX reduction over physical axes. At opset 17 only ReduceSum takes its axes as an input. */
function write(tracer: Tracer, opType: string, name: string, axes: readonly number[], shape: Shape): string {
  const attributes: Attributes = { keepdims: int(0) };
  return opType === 'ReduceSum'
    ? tracer.recorder.op(opType, [name, tracer.recorder.int64(axes)], shape, attributes)
    : tracer.recorder.op(opType, [name], shape, { ...attributes, axes: ints(axes) });
}

export function reduce(
  tracer: Tracer,
  opType: string,
  x: TracedValue,
  axis: unknown,
  keepDims: boolean,
): TracedValue {
  const axes = tf.util.parseAxisParam((axis as number[] | null) ?? [...x.shape.keys()], [...x.shape]);
  const kept = x.shape.filter((_, i) => !axes.includes(i));
  const withOnes = x.shape.map((size, i) => (axes.includes(i) ? 1 : size));
  if (axes.length === 0) return x;
  const order = tracer.orderOf(x);
  const physical = axes.map((a) => order.indexOf(a)).sort((a, b) => a - b);
  const newOrder = orderWithout(order, axes);
  const name = write(tracer, opType, tracer.inOrder(x, order), physical, permute(kept, newOrder));
  const value = tracer.computed(kept, x.dtype, name, newOrder);
  return keepDims ? reshape(tracer, value, withOnes) : value;
}

const fold =
  (opType: string, axisAttribute: string): Rule =>
  (tracer, inputs, attrs) =>
    reduce(tracer, opType, input(inputs, 'x'), attrs[axisAttribute], (attrs.keepDims as boolean) ?? false);

const arg =
  (opType: string): Rule =>
  (tracer, inputs, { axis }) => {
    const x = input(inputs, 'x');
    const along = tf.util.parseAxisParam(axis as number, [...x.shape])[0] as number;
    const shape = x.shape.filter((_, i) => i !== along);
    const { recorder } = tracer;
    const found = recorder.op(opType, [tracer.plain(x)], shape, { axis: int(along), keepdims: int(0) });
    return tracer.computed(shape, 'int32', recorder.op('Cast', [found], shape, { to: int(6) }));
  };

/** Kernels that fold axes. */
export const reduceRules: RuleTable = {
  [tf.Sum]: fold('ReduceSum', 'axis'),
  [tf.Mean]: fold('ReduceMean', 'axis'),
  [tf.Prod]: fold('ReduceProd', 'axis'),
  [tf.Max]: fold('ReduceMax', 'reductionIndices'),
  [tf.Min]: fold('ReduceMin', 'axis'),
  [tf.ArgMax]: arg('ArgMax'),
  [tf.ArgMin]: arg('ArgMin'),
  [tf.Softmax]: (tracer, inputs, { dim: axis }) => {
    const logits = input(inputs, 'logits');
    const along = (axis as number) < 0 ? logits.shape.length + (axis as number) : (axis as number);
    dim(logits.shape, along);
    const name = tracer.recorder.op('Softmax', [tracer.plain(logits)], logits.shape, { axis: int(along) });
    return tracer.computed(logits.shape, 'float32', name);
  },
  [tf.LogSoftmax]: (tracer, inputs, { axis }) => {
    const logits = input(inputs, 'logits');
    const along = (axis as number) < 0 ? logits.shape.length + (axis as number) : (axis as number);
    const name = tracer.recorder.op('LogSoftmax', [tracer.plain(logits)], logits.shape, { axis: int(along) });
    return tracer.computed(logits.shape, 'float32', name);
  },
  [tf.AddN]: (tracer, inputs) => {
    const values = Object.values(inputs);
    const [first] = values;
    if (first === undefined) throw new Error('trace: AddN of nothing');
    const order = tracer.commonOrder(values, first.shape);
    const names = values.map((value) => tracer.inOrder(value, order));
    const name = tracer.recorder.op('Sum', names, permute(first.shape, order));
    return tracer.computed(first.shape, first.dtype, name, order);
  },
};
