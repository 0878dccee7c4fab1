import * as tf from '@tensorflow/tfjs-core';
import { int } from '../recorder.ts';
import type { Tracer } from '../tracer.ts';
import type { TracedType, TracedValue } from '../value.ts';
import { unary } from './elementwise.ts';
import { input, type RuleTable } from './rule.ts';

/** `TensorProto.DataType` of each traced type. */
const ELEMENT_TYPE: { readonly [T in TracedType]: number } = { float32: 1, int32: 6, bool: 9 };

export function cast(tracer: Tracer, x: TracedValue, dtype: TracedType): TracedValue {
  if (x.dtype === dtype) return x;
  if (x.fill !== undefined) {
    const value = dtype === 'int32' ? Math.trunc(x.fill) : dtype === 'bool' ? Number(x.fill !== 0) : x.fill;
    return tracer.fill(value, x.shape, dtype);
  }
  return unary(
    tracer,
    x,
    (name, shape) => tracer.recorder.op('Cast', [name], shape, { to: int(ELEMENT_TYPE[dtype]) }),
    dtype,
  );
}

/** Kernels that make constants, and conversions. */
export const constantRules: RuleTable = {
  [tf.Identity]: (_tracer, inputs) => input(inputs, 'x'),
  [tf.Cast]: (tracer, inputs, { dtype }) => cast(tracer, input(inputs, 'x'), dtype as TracedType),
  [tf.Fill]: (tracer, _inputs, { shape, value, dtype }) =>
    tracer.fill(value as number, shape as number[], (dtype as TracedType) ?? 'float32'),
  [tf.ZerosLike]: (tracer, inputs) => tracer.fill(0, input(inputs, 'x').shape, input(inputs, 'x').dtype),
  [tf.OnesLike]: (tracer, inputs) => tracer.fill(1, input(inputs, 'x').shape, input(inputs, 'x').dtype),
  [tf.Range]: (tracer, _inputs, { start, stop, step, dtype }) => {
    const [from, to, by] = [start as number, stop as number, step as number];
    const count = Math.max(0, Math.ceil((to - from) / by));
    const values = Array.from({ length: count }, (_, i) => from + i * by);
    return tracer.constant(values, [count], dtype as TracedType);
  },
  [tf.OneHot]: (tracer, inputs, { depth, onValue, offValue, dtype }) => {
    const indices = input(inputs, 'indices');
    const shape = [...indices.shape, depth as number];
    const { recorder } = tracer;
    const classes = recorder.constant(
      'int32',
      [depth as number],
      new Uint8Array(Int32Array.from({ length: depth as number }, (_, i) => i).buffer),
    );
    const column = recorder.reshape(tracer.plain(cast(tracer, indices, 'int32')), [...indices.shape, 1]);
    const hit = tracer.computed(shape, 'bool', recorder.op('Equal', [column, classes], shape));
    const type = (dtype as TracedType) ?? 'float32';
    if (onValue === 1 && offValue === 0) return cast(tracer, hit, type);
    const sides = [onValue, offValue].map((side) => tracer.plain(tracer.fill(side as number, [], type)));
    return tracer.computed(shape, type, recorder.op('Where', [tracer.plain(hit), ...sides], shape));
  },
};
