import * as tf from '@tensorflow/tfjs-core';
import { carryThroughReshape, permute, type Shape, sameOrder, sizeOf } from '../layout.ts';
import type { Tracer } from '../tracer.ts';
import type { TracedValue } from '../value.ts';
import { input, type RuleTable } from './rule.ts';

export function reshape(tracer: Tracer, x: TracedValue, shape: Shape): TracedValue {
  if (sameOrder(x.shape, shape)) return x;
  if (x.forms.length === 0) {
    if (x.fill !== undefined) return tracer.fill(x.fill, shape, x.dtype);
    if (x.values !== undefined) return { ...x, shape, forms: [] };
    if (x.broadcastFrom !== undefined && sizeOf(x.broadcastFrom.shape) === 1) {
      return tracer.broadcast(reshape(tracer, x.broadcastFrom, []), shape);
    }
  }
  // Every form whose bytes can stay where they are is carried along.
  const forms = x.forms.flatMap(({ order, name }) => {
    const carried = carryThroughReshape(x.shape, shape, order);
    return carried === undefined
      ? []
      : [{ order: carried, name: tracer.recorder.reshape(name, permute(shape, carried)) }];
  });
  if (forms.length > 0) return { shape, dtype: x.dtype, forms };
  return tracer.computed(shape, x.dtype, tracer.recorder.reshape(tracer.plain(x), shape));
}

/** Kernels that see the same values in another shape. */
export const shapeRules: RuleTable = {
  [tf.Reshape]: (tracer, inputs, { shape }) => {
    const x = input(inputs, 'x');
    return reshape(tracer, x, tf.util.inferFromImplicitShape(shape as number[], sizeOf(x.shape)));
  },
  [tf.ExpandDims]: (tracer, inputs, { dim }) => {
    const x = input(inputs, 'input');
    const shape = [...x.shape];
    shape.splice((dim as number) < 0 ? shape.length + 1 + (dim as number) : (dim as number), 0, 1);
    return reshape(tracer, x, shape);
  },
  [tf.Transpose]: (tracer, inputs, { perm }) => {
    const x = input(inputs, 'x');
    const permutation = perm as number[];
    const shape = permute(x.shape, permutation);
    if (x.fill !== undefined && x.forms.length === 0) return tracer.fill(x.fill, shape, x.dtype);
    tracer.inOrder(x, tracer.orderOf(x));
    // Only the names of the axes change: the bytes stay where they are until somebody needs them elsewhere.
    const forms = x.forms.map(({ order, name }) => ({
      order: order.map((axis) => permutation.indexOf(axis)),
      name,
    }));
    return { shape, dtype: x.dtype, forms };
  },
  [tf.BroadcastTo]: (tracer, inputs, { shape }) => tracer.broadcast(input(inputs, 'x'), shape as number[]),
};
