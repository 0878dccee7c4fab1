import * as tf from '@tensorflow/tfjs-core';
import type { Tracer } from '../tracer.ts';
import { type TracedType, type TracedValue, tracedType } from '../value.ts';
import { cast } from './cast.ts';
import { input, type RuleTable } from './rule.ts';

/** start, start + step, … before stop, as tfjs has it: summed up in the type of the result. */
function range(start: number, stop: number, step: number, dtype: TracedType): ArrayLike<number> {
  const against = start < stop ? step < 0 : stop < start && step > 1;
  const count = start === stop || against ? 0 : Math.abs(Math.ceil((stop - start) / step));
  const stride = stop < start && step === 1 ? -1 : step;
  const values = dtype === 'int32' ? new Int32Array(count) : new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = i === 0 ? start : (values[i - 1] ?? 0) + stride;
  return values;
}

/** Which of 0 … depth − 1 each index is, as bools: `[…] -> […, depth]`; none of them where it lies outside. */
export function oneHot(tracer: Tracer, indices: TracedValue, depth: number): TracedValue {
  const { recorder } = tracer;
  const classes = recorder.constant('int32', [depth], [...Array(depth).keys()]);
  const column = recorder.reshape(tracer.plain(cast(tracer, indices, 'int32')), [...indices.shape, 1]);
  const shape = [...indices.shape, depth];
  return tracer.computed(shape, 'bool', recorder.op('Equal', [column, classes], shape));
}

/** Kernels that make constants, and conversions. */
export const constantRules: RuleTable = {
  [tf.Identity]: (_tracer, inputs) => input(inputs, 'x'),
  [tf.Cast]: (tracer, inputs, { dtype }) => cast(tracer, input(inputs, 'x'), tracedType(dtype)),
  [tf.Fill]: (tracer, _inputs, { shape, value, dtype }) =>
    tracer.fill(value as number, shape as number[], tracedType(dtype ?? 'float32')),
  [tf.ZerosLike]: (tracer, inputs) => tracer.fill(0, input(inputs, 'x').shape, input(inputs, 'x').dtype),
  [tf.OnesLike]: (tracer, inputs) => tracer.fill(1, input(inputs, 'x').shape, input(inputs, 'x').dtype),
  [tf.Range]: (tracer, _inputs, { start, stop, step, dtype }) => {
    const type = tracedType(dtype ?? 'float32');
    const values = range(start as number, stop as number, step as number, type);
    return tracer.constant(values, [values.length], type);
  },
  [tf.LinSpace]: (tracer, _inputs, { start, stop, num }) => {
    const [from, count] = [start as number, num as number];
    const step = ((stop as number) - from) / (count - 1);
    const values = new Float32Array(count);
    for (let i = 0; i < count; i++) values[i] = i === 0 ? from : (values[i - 1] ?? 0) + step;
    return tracer.constant(values, [count], 'float32');
  },
  [tf.OneHot]: (tracer, inputs, { depth, onValue, offValue, dtype }) => {
    const hit = oneHot(tracer, input(inputs, 'indices'), depth as number);
    const type = tracedType(dtype ?? 'float32');
    if (onValue === 1 && offValue === 0) return cast(tracer, hit, type);
    const sides = [onValue, offValue].map((side) => tracer.plain(tracer.fill(side as number, [], type)));
    const name = tracer.recorder.op('Where', [tracer.plain(hit), ...sides], hit.shape);
    return tracer.computed(hit.shape, type, name);
  },
};
