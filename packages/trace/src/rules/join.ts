import { attr } from '@isonoise/onnx';
import * as tf from '@tensorflow/tfjs-core';
import { unsupported } from '../errors.ts';
import { identityOrder, isIdentity, permute, sizeOf } from '../layout.ts';

import type { Tracer } from '../tracer.ts';
import type { TracedValue } from '../value.ts';
import { cast } from './cast.ts';
import { axisOf, type Kernel, type RuleTable } from './rule.ts';
import { reshape } from './shape.ts';

function concat(tracer: Tracer, pieces: readonly TracedValue[], axis: number): TracedValue {
  const [first] = pieces;
  if (first === undefined) throw new Error('trace: Concat without tensors; expected one or more');
  if (pieces.length === 1) return first;
  const shape = tf.backend_util.computeOutShape(
    pieces.map((piece) => [...piece.shape]),
    axis,
  );
  const orders = pieces.filter((piece) => piece.forms.length > 0).map((piece) => tracer.orderOf(piece));
  const order = orders.find((candidate) => !isIdentity(candidate)) ?? identityOrder(shape.length);
  const names = pieces.map((piece) => tracer.inOrder(piece, order));
  const name = tracer.recorder.op('Concat', names, permute(shape, order), {
    axis: attr.int(order.indexOf(axis)),
  });
  return tracer.computed(shape, first.dtype, name, order);
}

/**
 * Returns the shape after padding, and ONNX's padding amounts for an image in `order`, first for all starts, then for all
 * ends.
 */
function padding(
  x: TracedValue,
  pairs: readonly [number, number][],
  order: readonly number[],
): { shape: number[]; amounts: number[] } {
  return {
    shape: x.shape.map((size, i) => size + (pairs[i]?.[0] ?? 0) + (pairs[i]?.[1] ?? 0)),
    amounts: [0, 1].flatMap((side) => order.map((axis) => pairs[axis]?.[side] ?? 0)),
  };
}

export interface JoinKernels {
  Concat: Kernel<tf.ConcatInputs, tf.ConcatAttrs>;
  Pack: Kernel<tf.PackInputs, tf.PackAttrs>;
  PadV2: Kernel<tf.PadV2Inputs, tf.PadV2Attrs>;
  MirrorPad: Kernel<tf.MirrorPadInputs, tf.MirrorPadAttrs>;
  Tile: Kernel<tf.TileInputs, tf.TileAttrs>;
}

/** Kernels that make a larger value from smaller ones. */
export const joinRules: RuleTable<JoinKernels> = {
  Concat: (tracer, pieces, { axis }, kernel) => {
    const [{ shape, dtype } = tracer.fill(0, [], 'float32')] = pieces;
    const along = axisOf(axis, shape);
    tf.backend_util.assertParamsConsistent(
      pieces.map((piece) => [...piece.shape]),
      along,
    );
    // tfjs copies numbers into the bytes of booleans without converting them.
    const numbers = pieces.find((piece) => dtype === 'bool' && piece.dtype !== 'bool');
    if (numbers !== undefined)
      throw unsupported(kernel, 'booleans before values of type', numbers.dtype, 'booleans');
    const alike = pieces.map((piece) => cast(tracer, piece, dtype));
    const filled = alike.filter((piece) => sizeOf(piece.shape) > 0);
    return concat(tracer, filled.length > 0 ? filled : alike, along);
  },
  Pack: (tracer, pieces, { axis }) => {
    const [{ shape, dtype } = tracer.fill(0, [], 'float32')] = pieces;
    for (const piece of pieces) {
      tf.util.assertShapesMatch(
        [...shape],
        [...piece.shape],
        'all tensors of a stack must have the same shape: ',
      );
      tf.util.assert(
        piece.dtype === dtype,
        () => `a stack of ${dtype} and ${piece.dtype}; expected one type`,
      );
    }
    const rank = shape.length + 1;
    const along = axis < 0 ? rank + axis : axis;
    return concat(
      tracer,
      pieces.map((piece) =>
        reshape(tracer, piece, [...piece.shape.slice(0, along), 1, ...piece.shape.slice(along)]),
      ),
      along,
    );
  },
  PadV2: (tracer, inputs, { paddings, constantValue }, kernel) => {
    const x = inputs.x;
    // tfjs gives wrong results for negative amounts.
    if (paddings.flat().some((amount) => amount < 0))
      throw unsupported(kernel, 'paddings', paddings, 'amounts ≥ 0');
    if (paddings.every(([before, after]) => before === 0 && after === 0)) return x;
    const order = tracer.orderOf(x);
    const { shape, amounts } = padding(x, paddings, order);
    const { recorder } = tracer;
    const value = tracer.plain(tracer.fill(constantValue, [], x.dtype));
    const inputNames = [tracer.inOrder(x, order), recorder.int64(amounts), value];
    return tracer.computed(shape, x.dtype, recorder.op('Pad', inputNames, permute(shape, order)), order);
  },
  MirrorPad: (tracer, inputs, { paddings, mode }, kernel) => {
    const x = inputs.x;
    // ONNX does not have 'symmetric', which repeats the edge.
    if (mode !== 'reflect') throw unsupported(kernel, 'mode', mode, 'reflect');
    const order = tracer.orderOf(x);
    const { shape, amounts } = padding(x, paddings, order);
    const { recorder } = tracer;
    const inputNames = [tracer.inOrder(x, order), recorder.int64(amounts)];
    const name = recorder.op('Pad', inputNames, permute(shape, order), { mode: attr.string('reflect') });
    return tracer.computed(shape, x.dtype, name, order);
  },
  Tile: (tracer, inputs, { reps }) => {
    const x = inputs.x;
    const shape = x.shape.map((size, i) => size * (reps[i] ?? 1));
    if (x.fill !== undefined) return tracer.fill(x.fill, shape, x.dtype);
    // tf.broadcastTo runs a Tile over axes of size 1.
    if (x.shape.every((size, i) => size === 1 || size === shape[i])) return tracer.broadcast(x, shape);
    const order = tracer.orderOf(x);
    const times = tracer.recorder.int64(permute(reps, order));
    const name = tracer.recorder.op('Tile', [tracer.inOrder(x, order), times], permute(shape, order));
    return tracer.computed(shape, x.dtype, name, order);
  },
};
