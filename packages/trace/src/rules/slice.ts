import { attr } from '@isonoise/onnx';
import * as tf from '@tensorflow/tfjs-core';
import { unsupported } from '../errors.ts';
import { permute, type Shape } from '../layout.ts';
import { PAST_THE_FRONT } from '../recorder.ts';
import type { Tracer } from '../tracer.ts';
import { constantValues, type TracedValue } from '../value.ts';
import { cast } from './cast.ts';
import { axesOf, axisOf, infoOf, type Kernel, type Optional, type RuleTable } from './rule.ts';
import { reshape } from './shape.ts';

/**
 * Slices only axes that become shorter, so that the sizes of whole axes (often the batch) are not in the graph.
 */
function slice(tracer: Tracer, x: TracedValue, begin: Shape, size: Shape): TracedValue {
  const cut = [...x.shape.keys()].filter((axis) => begin[axis] !== 0 || size[axis] !== x.shape[axis]);
  if (cut.length === 0) return x;
  if (x.fill !== undefined) return tracer.fill(x.fill, size, x.dtype);
  const order = tracer.orderOf(x);
  const { recorder } = tracer;
  const starts = cut.map((axis) => begin[axis] ?? 0);
  const ends = cut.map((axis) => (begin[axis] ?? 0) + (size[axis] ?? 0));
  const axes = cut.map((axis) => order.indexOf(axis));
  const name = recorder.op(
    'Slice',
    [tracer.inOrder(x, order), recorder.int64(starts), recorder.int64(ends), recorder.int64(axes)],
    permute(size, order),
  );
  return tracer.computed(size, x.dtype, name, order);
}

/** Takes every `steps`-th value from `begin` up to, but not including, `end`. Negative steps run backwards. */
function strided(
  tracer: Tracer,
  x: TracedValue,
  begin: Shape,
  end: Shape,
  steps: Shape,
  shape: Shape,
): TracedValue {
  const order = tracer.orderOf(x);
  const { recorder } = tracer;
  const whole = (axis: number): boolean =>
    steps[axis] === 1 && begin[axis] === 0 && shape[axis] === x.shape[axis];
  const axes = [...x.shape.keys()].filter((axis) => !whole(axis));
  if (axes.length === 0) return x;
  const at = (values: Shape): string => recorder.int64(axes.map((axis) => values[axis] ?? 0));
  // With a negative step, an end of −1 means "past the front", not "the last index".
  const ends = end.map((to) => (to < 0 ? PAST_THE_FRONT : to));
  const places = recorder.int64(axes.map((axis) => order.indexOf(axis)));
  const name = recorder.op(
    'Slice',
    [tracer.inOrder(x, order), at(begin), at(ends), places, at(steps)],
    permute(shape, order),
  );
  return tracer.computed(shape, x.dtype, name, order);
}

/**
 * Checks indices that are known while tracing. tfjs rejects negative indices, but ONNX counts them from the end.
 * @throws Error if an index is outside 0 … size − 1
 */
function requireInside(indices: TracedValue, size: number): void {
  const outside = Array.from(constantValues(indices) ?? []).find(
    (index) => Math.trunc(index) < 0 || Math.trunc(index) >= size,
  );
  if (outside !== undefined)
    throw new Error(`index ${outside} into a size of ${size}; expected 0 to ${size - 1}`);
}

type Mask = 'beginMask' | 'endMask' | 'ellipsisMask' | 'newAxisMask' | 'shrinkAxisMask';

export interface SliceKernels {
  Slice: Kernel<tf.SliceInputs, tf.SliceAttrs>;
  StridedSlice: Kernel<tf.StridedSliceInputs, Optional<tf.StridedSliceAttrs, Mask>>;
  SplitV: Kernel<tf.SplitVInputs, tf.SplitVAttrs, TracedValue[]>;
  Unpack: Kernel<tf.UnpackInputs, tf.UnpackAttrs, TracedValue[]>;
  Reverse: Kernel<tf.ReverseInputs, tf.ReverseAttrs>;
  GatherV2: Kernel<tf.GatherV2Inputs, Optional<tf.GatherV2Attrs, 'axis' | 'batchDims'>>;
}

/** Kernels that take part of a value. */
export const sliceRules: RuleTable<SliceKernels> = {
  Slice: (tracer, inputs, { begin, size }) => {
    const x = inputs.x;
    const [starts = [], sizes = []] = tf.slice_util.parseSliceParams(infoOf(x), begin, size);
    tf.slice_util.assertParamsValid(infoOf(x), starts, sizes);
    return slice(tracer, x, starts, sizes);
  },
  StridedSlice: (tracer, inputs, attrs) => {
    const x = inputs.x;
    const { begin, end, strides, beginMask = 0, endMask = 0, ellipsisMask = 0 } = attrs;
    const { newAxisMask = 0, shrinkAxisMask = 0 } = attrs;
    const masks = [beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask] as const;
    const info = tf.slice_util.sliceInfo([...x.shape], begin, end, strides, ...masks);
    const shape = tf.slice_util.computeOutShape(info.begin, info.end, info.strides);
    return reshape(tracer, strided(tracer, x, info.begin, info.end, info.strides, shape), info.finalShape);
  },
  SplitV: (tracer, inputs, { numOrSizeSplits, axis }) => {
    const x = inputs.x;
    const along = axisOf(axis, x.shape);
    // Copy the list, because tfjs replaces −1 in it by the remaining size.
    const given = Array.isArray(numOrSizeSplits) ? [...numOrSizeSplits] : numOrSizeSplits;
    const sizes = tf.backend_util.prepareSplitSize(infoOf(x), given, along);
    const shapes = sizes.map((size) => x.shape.map((whole, i) => (i === along ? size : whole)));
    if (x.fill !== undefined) return shapes.map((shape) => tracer.fill(x.fill ?? 0, shape, x.dtype));
    if (sizes.length === 1) return [x];
    const order = tracer.orderOf(x);
    const names = tracer.recorder.ops(
      'Split',
      [tracer.inOrder(x, order), tracer.recorder.int64(sizes)],
      shapes.map((shape) => permute(shape, order)),
      { axis: attr.int(order.indexOf(along)) },
    );
    return shapes.map((shape, i) => tracer.computed(shape, x.dtype, names[i] as string, order));
  },
  Unpack: (tracer, inputs, { axis }) => {
    const x = inputs.value;
    const along = axisOf(axis, x.shape);
    return Array.from({ length: x.shape[along] ?? 0 }, (_, i) => {
      const begin = x.shape.map((_size, dim) => (dim === along ? i : 0));
      const size = x.shape.map((whole, dim) => (dim === along ? 1 : whole));
      return reshape(
        tracer,
        slice(tracer, x, begin, size),
        x.shape.filter((_size, dim) => dim !== along),
      );
    });
  },
  Reverse: (tracer, inputs, { dims }) => {
    const x = inputs.x;
    const axes = axesOf(dims, x.shape);
    if (axes.length === 0 || x.fill !== undefined) return x;
    const at = (place: (size: number) => number, otherwise: (size: number) => number): number[] =>
      x.shape.map((size, axis) => (axes.includes(axis) ? place(size) : otherwise(size)));
    const last = (): number => -1;
    const begin = at(last, () => 0);
    const end = at(last, (size) => size);
    return strided(
      tracer,
      x,
      begin,
      end,
      at(last, () => 1),
      x.shape,
    );
  },
  GatherV2: (tracer, inputs, { axis = 0, batchDims = 0 }, kernel) => {
    const { x, indices } = inputs;
    if (batchDims !== 0) throw unsupported(kernel, 'batchDims', batchDims, '0');
    const along = axisOf(axis, x.shape);
    requireInside(indices, x.shape[along] ?? 0);
    const shape = [...x.shape.slice(0, along), ...indices.shape, ...x.shape.slice(along + 1)];
    const names = [tracer.plain(x), tracer.plain(cast(tracer, indices, 'int32'))];
    return tracer.computed(
      shape,
      x.dtype,
      tracer.recorder.op('Gather', names, shape, { axis: attr.int(along) }),
    );
  },
};
