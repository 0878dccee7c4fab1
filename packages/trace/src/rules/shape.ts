import * as tf from '@tensorflow/tfjs-core';
import {
  carryThroughReshape,
  identityOrder,
  isIdentity,
  permute,
  type Shape,
  sameOrder,
  sizeOf,
} from '../layout.ts';
import { int } from '../recorder.ts';
import type { Tracer } from '../tracer.ts';
import type { TracedValue } from '../value.ts';
import { cast } from './constant.ts';
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

/** Slice along the axes that are really cut, so that sizes of whole axes (the batch, often) do not enter the graph. */
export function slice(tracer: Tracer, x: TracedValue, begin: Shape, size: Shape): TracedValue {
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

export function concat(tracer: Tracer, pieces: readonly TracedValue[], axis: number): TracedValue {
  const [first] = pieces;
  if (first === undefined) throw new Error('trace: Concat of nothing');
  if (pieces.length === 1) return first;
  const shape = tf.backend_util.computeOutShape(
    pieces.map((piece) => [...piece.shape]),
    axis,
  );
  const orders = pieces.filter((piece) => piece.forms.length > 0).map((piece) => tracer.orderOf(piece));
  const order = orders.find((candidate) => !isIdentity(candidate)) ?? identityOrder(shape.length);
  const names = pieces.map((piece) => tracer.inOrder(piece, order));
  const name = tracer.recorder.op('Concat', names, permute(shape, order), { axis: int(order.indexOf(axis)) });
  return tracer.computed(shape, first.dtype, name, order);
}

const axisOf = (axis: unknown, shape: Shape): number =>
  tf.util.parseAxisParam(axis as number, [...shape])[0] as number;

/** Kernels that move values and compute none. */
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
  [tf.Slice]: (tracer, inputs, { begin, size }) => {
    const x = input(inputs, 'x');
    const [starts = [], sizes = []] = tf.slice_util.parseSliceParams(
      { shape: [...x.shape] } as tf.Tensor,
      begin as number[],
      size as number[],
    );
    return slice(tracer, x, starts, sizes);
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
      { axis: int(order.indexOf(along)) },
    );
    return shapes.map((shape, i) => tracer.computed(shape, x.dtype, names[i] as string, order));
  },
  [tf.Concat]: (tracer, inputs, { axis }) => {
    const pieces = Object.values(inputs).filter((piece) => sizeOf(piece.shape) > 0);
    return concat(tracer, pieces, axisOf(axis, pieces[0]?.shape ?? []));
  },
  [tf.Pack]: (tracer, inputs, { axis }) => {
    const pieces = Object.values(inputs);
    const rank = (pieces[0]?.shape.length ?? 0) + 1;
    const along = (axis as number) < 0 ? rank + (axis as number) : (axis as number);
    return concat(
      tracer,
      pieces.map((piece) =>
        reshape(tracer, piece, [...piece.shape.slice(0, along), 1, ...piece.shape.slice(along)]),
      ),
      along,
    );
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
  [tf.PadV2]: (tracer, inputs, { paddings, constantValue }) => {
    const x = input(inputs, 'x');
    const pairs = paddings as unknown as [number, number][];
    if (pairs.every(([before, after]) => before === 0 && after === 0)) return x;
    const shape = x.shape.map((size, i) => size + (pairs[i]?.[0] ?? 0) + (pairs[i]?.[1] ?? 0));
    const order = tracer.orderOf(x);
    const amounts = [0, 1].flatMap((side) => order.map((axis) => pairs[axis]?.[side] ?? 0));
    const { recorder } = tracer;
    const value = tracer.plain(tracer.fill(constantValue as number, [], x.dtype));
    const name = recorder.op(
      'Pad',
      [tracer.inOrder(x, order), recorder.int64(amounts), value],
      permute(shape, order),
    );
    return tracer.computed(shape, x.dtype, name, order);
  },
  [tf.Tile]: (tracer, inputs, { reps }) => {
    const x = input(inputs, 'x');
    const shape = x.shape.map((size, i) => size * ((reps as number[])[i] ?? 1));
    if (x.fill !== undefined) return tracer.fill(x.fill, shape, x.dtype);
    const order = tracer.orderOf(x);
    const times = tracer.recorder.int64(permute(reps as number[], order));
    const name = tracer.recorder.op('Tile', [tracer.inOrder(x, order), times], permute(shape, order));
    return tracer.computed(shape, x.dtype, name, order);
  },
  [tf.BroadcastTo]: (tracer, inputs, { shape }) => tracer.broadcast(input(inputs, 'x'), shape as number[]),
  [tf.GatherV2]: (tracer, inputs, { axis, batchDims }) => {
    const [x, indices] = [input(inputs, 'x'), input(inputs, 'indices')];
    if (batchDims !== undefined && batchDims !== 0) throw new Error('trace: GatherV2 with batchDims');
    const along = axisOf(axis, x.shape);
    const shape = [...x.shape.slice(0, along), ...indices.shape, ...x.shape.slice(along + 1)];
    const names = [tracer.plain(x), tracer.plain(cast(tracer, indices, 'int32'))];
    return tracer.computed(shape, x.dtype, tracer.recorder.op('Gather', names, shape, { axis: int(along) }));
  },
  [tf.Reverse]: (tracer, inputs, { dims }) => {
    const x = input(inputs, 'x');
    const axes = tf.util.parseAxisParam(dims as number[], [...x.shape]);
    if (axes.length === 0 || x.fill !== undefined) return x;
    const order = tracer.orderOf(x);
    const { recorder } = tracer;
    const all = (value: number): string => recorder.int64(axes.map(() => value));
    // Past the front of any axis: ONNX clamps a negative end to "all the way".
    const end = -(2 ** 31);
    const name = recorder.op(
      'Slice',
      [
        tracer.inOrder(x, order),
        all(-1),
        all(end),
        recorder.int64(axes.map((a) => order.indexOf(a))),
        all(-1),
      ],
      permute(x.shape, order),
    );
    return tracer.computed(x.shape, x.dtype, name, order);
  },
};
