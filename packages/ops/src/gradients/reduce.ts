import * as tf from '@tensorflow/tfjs-core';
import { at, gradient } from './gradient.ts';

/** Returns the shape of `x` with each reduced axis set to 1, and the number of inputs per output. */
function keptShape(x: tf.Tensor, axis: tf.Attribute | null | undefined): { shape: number[]; count: number } {
  // Without an axis, all axes are reduced, as in the forward ops.
  const axes = tf.util.parseAxisParam((axis as number[] | null) ?? x.shape.map((_, i) => i), x.shape);
  const shape = x.shape.map((size, i) => (axes.includes(i) ? 1 : size));
  return { shape, count: x.size / tf.util.sizeFromShape(shape) };
}

/** Gradients of kernels that reduce axes. */
export const reduceGradients: readonly tf.GradConfig[] = [
  gradient(tf.Sum, ['x'], (dy, s, { axis }) => {
    const x = at(s, 0);
    return { x: () => tf.mul(tf.reshape(dy, keptShape(x, axis).shape), tf.ones(x.shape)) };
  }),
  gradient(tf.Mean, ['x'], (dy, s, { axis }) => {
    const x = at(s, 0);
    const { shape, count } = keptShape(x, axis);
    return { x: () => tf.mul(tf.mul(tf.reshape(dy, shape), 1 / count), tf.ones(x.shape)) };
  }),
  gradient(tf.Max, ['x', 'output'], (dy, s, { reductionIndices }) => {
    const [x, y] = [at(s, 0), at(s, 1)];
    const { shape } = keptShape(x, reductionIndices);
    return {
      x: () => tf.mul(tf.reshape(dy, shape), tf.cast(tf.equal(x, tf.reshape(y, shape)), 'float32')),
    };
  }),
];
