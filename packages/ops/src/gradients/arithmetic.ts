import * as tf from '@tensorflow/tfjs-core';
import { sumToShape } from './broadcast.ts';
import { at, gradient } from './gradient.ts';

/** Gradients of kernels with two broadcast operands, `a` and `b`. */
export const arithmeticGradients: readonly tf.GradConfig[] = [
  gradient(tf.Add, ['a', 'b'], (dy, s) => ({
    a: () => sumToShape(dy, at(s, 0).shape),
    b: () => sumToShape(dy, at(s, 1).shape),
  })),
  gradient(tf.Sub, ['a', 'b'], (dy, s) => ({
    a: () => sumToShape(dy, at(s, 0).shape),
    b: () => tf.neg(sumToShape(dy, at(s, 1).shape)),
  })),
  gradient(tf.Multiply, ['a', 'b'], (dy, s) => ({
    a: () => sumToShape(tf.mul(dy, at(s, 1)), at(s, 0).shape),
    b: () => sumToShape(tf.mul(dy, at(s, 0)), at(s, 1).shape),
  })),
  gradient(tf.RealDiv, ['a', 'b'], (dy, s) => ({
    a: () => sumToShape(tf.div(dy, at(s, 1)), at(s, 0).shape),
    b: () => tf.neg(sumToShape(tf.div(tf.mul(dy, at(s, 0)), tf.square(at(s, 1))), at(s, 1).shape)),
  })),
  gradient(tf.SquaredDifference, ['a', 'b'], (dy, s) => {
    const slope = (): tf.Tensor => tf.mul(dy, tf.mul(2, tf.sub(at(s, 0), at(s, 1))));
    return {
      a: () => sumToShape(slope(), at(s, 0).shape),
      b: () => tf.neg(sumToShape(slope(), at(s, 1).shape)),
    };
  }),
  gradient(tf.Maximum, ['a', 'b'], (dy, s) => ({
    a: () => sumToShape(tf.mul(dy, tf.cast(tf.greaterEqual(at(s, 0), at(s, 1)), 'float32')), at(s, 0).shape),
    b: () => sumToShape(tf.mul(dy, tf.cast(tf.less(at(s, 0), at(s, 1)), 'float32')), at(s, 1).shape),
  })),
  gradient(tf.Minimum, ['a', 'b'], (dy, s) => ({
    a: () => sumToShape(tf.mul(dy, tf.cast(tf.lessEqual(at(s, 0), at(s, 1)), 'float32')), at(s, 0).shape),
    b: () => sumToShape(tf.mul(dy, tf.cast(tf.greater(at(s, 0), at(s, 1)), 'float32')), at(s, 1).shape),
  })),
];
