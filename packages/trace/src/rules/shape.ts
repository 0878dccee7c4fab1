import * as tf from '@tensorflow/tfjs-core';
import { carryThroughReshape, permute, type Shape, sameOrder, sizeOf } from '../layout.ts';
import type { Tracer } from '../tracer.ts';
import type { TracedValue } from '../value.ts';
import { axesOf, type Kernel, type RuleTable } from './rule.ts';

export function reshape(tracer: Tracer, x: TracedValue, shape: Shape): TracedValue {
  if (sameOrder(x.shape, shape)) return x;
  if (x.forms.length === 0) {
    if (x.fill !== undefined) return tracer.fill(x.fill, shape, x.dtype);
    if (x.values !== undefined) return { ...x, shape, forms: [] };
    if (x.broadcastFrom !== undefined && sizeOf(x.broadcastFrom.shape) === 1) {
      return tracer.broadcast(reshape(tracer, x.broadcastFrom, []), shape);
    }
  }
  // Every form whose bytes can stay in place is kept.
  const forms = x.forms.flatMap(({ order, name }) => {
    const carried = carryThroughReshape(x.shape, shape, order);
    return carried === undefined
      ? []
      : [{ order: carried, name: tracer.recorder.reshape(name, permute(shape, carried)) }];
  });
  if (forms.length > 0) return { shape, dtype: x.dtype, forms };
  return tracer.computed(shape, x.dtype, tracer.recorder.reshape(tracer.plain(x), shape));
}

export interface ShapeKernels {
  Reshape: Kernel<tf.ReshapeInputs, tf.ReshapeAttrs>;
  ExpandDims: Kernel<tf.ExpandDimsInputs, tf.ExpandDimsAttrs>;
  Transpose: Kernel<tf.TransposeInputs, tf.TransposeAttrs>;
  BroadcastTo: Kernel<tf.BroadcastToInputs, tf.BroadCastToAttrs>;
}

/** Kernels that give the same values another shape. */
export const shapeRules: RuleTable<ShapeKernels> = {
  Reshape: (tracer, inputs, { shape }) => {
    const x = inputs.x;
    return reshape(tracer, x, tf.util.inferFromImplicitShape(shape, sizeOf(x.shape)));
  },
  ExpandDims: (tracer, inputs, { dim }) => {
    const x = inputs.input;
    const shape = [...x.shape];
    shape.splice(dim < 0 ? shape.length + 1 + dim : dim, 0, 1);
    return reshape(tracer, x, shape);
  },
  Transpose: (tracer, inputs, { perm }) => {
    const x = inputs.x;
    if (axesOf(perm, x.shape).length !== x.shape.length) {
      throw new Error(`the permutation of shape [${x.shape}] is [${perm}]; expected every axis`);
    }
    const shape = permute(x.shape, perm);
    if (x.fill !== undefined && x.forms.length === 0) return tracer.fill(x.fill, shape, x.dtype);
    tracer.inOrder(x, tracer.orderOf(x));
    // Only the axes are renumbered: the bytes stay in place until a node needs another order.
    const forms = x.forms.map(({ order, name }) => ({
      order: order.map((axis) => perm.indexOf(axis)),
      name,
    }));
    return { shape, dtype: x.dtype, forms };
  },
  BroadcastTo: (tracer, inputs, { shape }) => tracer.broadcast(inputs.x, shape),
};
