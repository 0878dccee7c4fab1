import * as tf from '@tensorflow/tfjs-core';
import { at, gradient } from './gradient.ts';

/** Gradients of kernels that only move values. */
export const shapeGradients: readonly tf.GradConfig[] = [
  gradient(tf.Reshape, ['x'], (dy, s) => ({ x: () => tf.reshape(dy, at(s, 0).shape) })),
  gradient(tf.ExpandDims, ['input'], (dy, s) => ({ input: () => tf.reshape(dy, at(s, 0).shape) })),
  gradient(tf.Transpose, [], (dy, _s, { perm }) => ({
    x: () => tf.transpose(dy, tf.backend_util.getUndoAxesPermutation(perm as number[])),
  })),
  gradient(tf.Slice, ['x'], (dy, s, { begin, size }) => {
    const x = at(s, 0);
    const [starts, sizes] = tf.slice_util.parseSliceParams(x, begin as number[], size as number[]) as [
      number[],
      number[],
    ];
    const paddings = starts.map((start, i): [number, number] => [
      start,
      (x.shape[i] ?? 0) - start - (sizes[i] ?? 0),
    ]);
    return { x: () => tf.pad(dy, paddings) };
  }),
  gradient(tf.PadV2, ['x'], (dy, s, { paddings }) => {
    const begin = (paddings as unknown[]).map((pair) => (pair as [number, number])[0]);
    return { x: () => tf.slice(dy, begin, at(s, 0).shape) };
  }),
  gradient(tf.Tile, ['x'], (dy, s, { reps }) => {
    const x = at(s, 0);
    // [d0, d1] tiled r0, r1 times: split each axis into (repetition, value) and sum the repetitions
    const split = x.shape.flatMap((size, i) => [(reps as number[])[i] ?? 1, size]);
    return {
      x: () =>
        tf.sum(
          tf.reshape(dy, split),
          x.shape.map((_, i) => 2 * i),
        ),
    };
  }),
  {
    kernelName: tf.Concat,
    saveAllInputs: true,
    gradFunc: (dy, saved, { axis }) => {
      const [dim] = tf.util.parseAxisParam(axis as number, at(saved, 0).shape) as [number];
      const pieces = tf.split(
        dy as tf.Tensor,
        saved.map((piece) => piece.shape[dim] ?? 0),
        dim,
      );
      return Object.fromEntries(pieces.map((piece, i) => [String(i), () => piece]));
    },
  },
  {
    kernelName: tf.Pack,
    saveAllInputs: true,
    gradFunc: (dy, _saved, { axis }) => {
      const pieces = tf.unstack(dy as tf.Tensor, axis as number);
      return Object.fromEntries(pieces.map((piece, i) => [String(i), () => piece]));
    },
  },
  gradient(tf.Select, ['condition'], (dy, s) => {
    const chosen = at(s, 0);
    return {
      condition: () => tf.zerosLike(tf.cast(chosen, 'float32')),
      t: () => tf.mul(dy, tf.cast(chosen, 'float32')),
      e: () => tf.mul(dy, tf.cast(tf.logicalNot(chosen), 'float32')),
    };
  }),
  {
    kernelName: tf.SplitV,
    gradFunc: (dy, _saved, { axis }) => ({ x: () => tf.concat(dy as tf.Tensor[], axis as number) }),
  },
  gradient(tf.GatherV2, ['x', 'indices'], (dy, s, { axis }) => {
    const [x, indices] = [at(s, 0), at(s, 1)];
    const rows = x.shape[0] ?? 0;
    if (axis !== 0) throw new Error(`gradient of GatherV2: axis is ${axis}; expected 0.`);
    // One product scatters all rows: oneHot(indices)ᵀ · dy
    const scatter = (): tf.Tensor =>
      tf.matMul(
        tf.oneHot(tf.reshape(indices, [-1]), rows) as tf.Tensor2D,
        tf.reshape(dy, [indices.size, x.size / rows]) as tf.Tensor2D,
        true,
      );
    return { x: () => tf.reshape(scatter(), x.shape) };
  }),
];
