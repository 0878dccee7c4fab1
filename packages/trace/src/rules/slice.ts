import { attr } from '@isonoise/onnx';
import * as tf from '@tensorflow/tfjs-core';
import { unsupported } from '../errors.ts';
import { permute, type Shape } from '../layout.ts';
import { PAST_THE_FRONT } from '../recorder.ts';
import type { Tracer } from '../tracer.ts';
import type { TracedValue } from '../value.ts';
import { cast } from './cast.ts';
import { axisOf, input, type RuleTable } from './rule.ts';
import { reshape } from './shape.ts';

/** Slice along the axes that are really cut, so that sizes of whole axes (the batch, often) do not enter the graph. */
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

/** Every `steps`-th value from `begin` to before `end`; negative steps run backwards. */
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
  // An end of −1 behind a negative step means "past the front", not "the last one".
  const ends = end.map((to) => (to < 0 ? PAST_THE_FRONT : to));
  const places = recorder.int64(axes.map((axis) => order.indexOf(axis)));
  const name = recorder.op(
    'Slice',
    [tracer.inOrder(x, order), at(begin), at(ends), places, at(steps)],
    permute(shape, order),
  );
  return tracer.computed(shape, x.dtype, name, order);
}

/** Kernels that take part of a value. */
export const sliceRules: RuleTable = {
  [tf.Slice]: (tracer, inputs, { begin, size }) => {
    const x = input(inputs, 'x');
    const [starts = [], sizes = []] = tf.slice_util.parseSliceParams(
      { shape: [...x.shape] } as tf.Tensor,
      begin as number[],
      size as number[],
    );
    return slice(tracer, x, starts, sizes);
  },
  [tf.StridedSlice]: (tracer, inputs, attrs) => {
    const x = input(inputs, 'x');
    const { begin, end, strides } = attrs as Record<string, number[]>;
    const masks = ['beginMask', 'endMask', 'ellipsisMask', 'newAxisMask', 'shrinkAxisMask'].map(
      (name) => (attrs[name] as number | undefined) ?? 0,
    ) as [number, number, number, number, number];
    const info = tf.slice_util.sliceInfo([...x.shape], begin ?? [], end ?? [], strides ?? [], ...masks);
    const shape = tf.slice_util.computeOutShape(info.begin, info.end, info.strides);
    return reshape(tracer, strided(tracer, x, info.begin, info.end, info.strides, shape), info.finalShape);
  },
  [tf.SplitV]: (tracer, inputs, { numOrSizeSplits, axis }) => {
    const x = input(inputs, 'x');
    const along = axisOf(axis, x.shape);
    const total = x.shape[along] ?? 0;
    const sizes = Array.isArray(numOrSizeSplits)
      ? (numOrSizeSplits as number[])
      : Array<number>(numOrSizeSplits as number).fill(total / (numOrSizeSplits as number));
    const rest = total - sizes.reduce((sum, size) => sum + Math.max(size, 0), 0);
    const known = sizes.map((size) => (size === -1 ? rest : size));
    const shapes = known.map((size) => x.shape.map((whole, i) => (i === along ? size : whole)));
    if (x.fill !== undefined) return shapes.map((shape) => tracer.fill(x.fill ?? 0, shape, x.dtype));
    if (known.length === 1) return [x];
    const order = tracer.orderOf(x);
    const names = tracer.recorder.ops(
      'Split',
      [tracer.inOrder(x, order), tracer.recorder.int64(known)],
      shapes.map((shape) => permute(shape, order)),
      { axis: attr.int(order.indexOf(along)) },
    );
    return shapes.map((shape, i) => tracer.computed(shape, x.dtype, names[i] as string, order));
  },
  [tf.Unpack]: (tracer, inputs, { axis }) => {
    const x = input(inputs, 'value');
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
  [tf.Reverse]: (tracer, inputs, { dims }) => {
    const x = input(inputs, 'x');
    const axes = tf.util.parseAxisParam(dims as number[], [...x.shape]);
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
  [tf.GatherV2]: (tracer, inputs, { axis, batchDims }, kernel) => {
    const [x, indices] = [input(inputs, 'x'), input(inputs, 'indices')];
    if (batchDims !== undefined && batchDims !== 0) throw unsupported(kernel, 'batchDims', batchDims, '0');
    const along = axisOf(axis, x.shape);
    const shape = [...x.shape.slice(0, along), ...indices.shape, ...x.shape.slice(along + 1)];
    const names = [tracer.plain(x), tracer.plain(cast(tracer, indices, 'int32'))];
    return tracer.computed(
      shape,
      x.dtype,
      tracer.recorder.op('Gather', names, shape, { axis: attr.int(along) }),
    );
  },
};
