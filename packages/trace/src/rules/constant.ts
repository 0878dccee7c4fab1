import type * as tf from '@tensorflow/tfjs-core';
import type { Tracer } from '../tracer.ts';
import { type TracedType, type TracedValue, tracedType } from '../value.ts';
import { cast } from './cast.ts';
import type { Kernel, Optional, RuleTable } from './rule.ts';

/** Lists start, start + step, … up to, but not including, stop. As in tfjs, it adds in the type of the result. */
function range(start: number, stop: number, step: number, dtype: TracedType): ArrayLike<number> {
  const against = start < stop ? step < 0 : stop < start && step > 1;
  const count = start === stop || against ? 0 : Math.abs(Math.ceil((stop - start) / step));
  const stride = stop < start && step === 1 ? -1 : step;
  const values = dtype === 'int32' ? new Int32Array(count) : new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = i === 0 ? start : (values[i - 1] ?? 0) + stride;
  return values;
}

/** Writes indices as one-hot bools, `[…] -> […, depth]`; all are false for an index outside 0 … depth − 1. */
export function oneHot(tracer: Tracer, indices: TracedValue, depth: number): TracedValue {
  const { recorder } = tracer;
  const classes = recorder.constant('int32', [depth], [...Array(depth).keys()]);
  const column = recorder.reshape(tracer.plain(cast(tracer, indices, 'int32')), [...indices.shape, 1]);
  const shape = [...indices.shape, depth];
  return tracer.computed(shape, 'bool', recorder.op('Equal', [column, classes], shape));
}

type NoInputs = Record<never, never>;

export interface ConstantKernels {
  Identity: Kernel<tf.IdentityInputs>;
  Cast: Kernel<tf.CastInputs, tf.CastAttrs>;
  Fill: Kernel<NoInputs, Optional<tf.FillAttrs, 'dtype'>>;
  ZerosLike: Kernel<tf.ZerosLikeInputs>;
  OnesLike: Kernel<tf.OnesLikeInputs>;
  Range: Kernel<NoInputs, Optional<tf.RangeAttrs, 'dtype'>>;
  LinSpace: Kernel<NoInputs, tf.LinSpaceAttrs>;
  OneHot: Kernel<tf.OneHotInputs, Optional<tf.OneHotAttrs, 'dtype'>>;
}

/** Kernels that make constants, and conversions. */
export const constantRules: RuleTable<ConstantKernels> = {
  Identity: (_tracer, inputs) => inputs.x,
  Cast: (tracer, inputs, { dtype }) => cast(tracer, inputs.x, tracedType(dtype)),
  Fill: (tracer, _inputs, { shape, value, dtype = 'float32' }) =>
    tracer.fill(Number(value), shape, tracedType(dtype)),
  ZerosLike: (tracer, inputs) => tracer.fill(0, inputs.x.shape, inputs.x.dtype),
  OnesLike: (tracer, inputs) => tracer.fill(1, inputs.x.shape, inputs.x.dtype),
  Range: (tracer, _inputs, { start, stop, step, dtype = 'float32' }) => {
    const values = range(start, stop, step, dtype);
    return tracer.constant(values, [values.length], dtype);
  },
  LinSpace: (tracer, _inputs, { start, stop, num }) => {
    const step = (stop - start) / (num - 1);
    const values = new Float32Array(num);
    for (let i = 0; i < num; i++) values[i] = i === 0 ? start : (values[i - 1] ?? 0) + step;
    return tracer.constant(values, [num], 'float32');
  },
  OneHot: (tracer, inputs, { depth, onValue, offValue, dtype = 'float32' }) => {
    const hit = oneHot(tracer, inputs.indices, depth);
    const type = tracedType(dtype);
    if (onValue === 1 && offValue === 0) return cast(tracer, hit, type);
    const sides = [onValue, offValue].map((side) => tracer.plain(tracer.fill(side, [], type)));
    const name = tracer.recorder.op('Where', [tracer.plain(hit), ...sides], hit.shape);
    return tracer.computed(hit.shape, type, name);
  },
};
