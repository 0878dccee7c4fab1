import * as tf from '@tensorflow/tfjs-core';
import { at, gradient } from './gradient.ts';

/** Gradients of elementwise kernels with one operand, `x`, and of softmax. */
export const elementwiseGradients: readonly tf.GradConfig[] = [
  gradient(tf.Abs, ['x'], (dy, s) => ({ x: () => tf.mul(dy, tf.sign(at(s, 0))) })),
  gradient(tf.Cast, [], (dy) => ({ x: () => tf.cast(dy, 'float32') })),
  gradient(tf.Cos, ['x'], (dy, s) => ({ x: () => tf.neg(tf.mul(dy, tf.sin(at(s, 0)))) })),
  gradient(tf.ClipByValue, ['x'], (dy, s, { clipValueMin, clipValueMax }) => ({
    x: () => {
      const x = at(s, 0);
      const inside = tf.logicalAnd(
        tf.greaterEqual(x, clipValueMin as number),
        tf.lessEqual(x, clipValueMax as number),
      );
      return tf.mul(dy, tf.cast(inside, 'float32'));
    },
  })),
  gradient(tf.Erf, ['x'], (dy, s) => ({
    x: () => tf.mul(dy, tf.mul(2 / Math.sqrt(Math.PI), tf.exp(tf.neg(tf.square(at(s, 0)))))),
  })),
  gradient(tf.Exp, ['output'], (dy, s) => ({ x: () => tf.mul(dy, at(s, 0)) })),
  gradient(tf.Identity, [], (dy) => ({ x: () => dy })),
  gradient(tf.LeakyRelu, ['x'], (dy, s, { alpha }) => ({
    x: () => tf.mul(dy, tf.step(at(s, 0), alpha as number)),
  })),
  gradient(tf.Log, ['x'], (dy, s) => ({ x: () => tf.div(dy, at(s, 0)) })),
  gradient(tf.Neg, [], (dy) => ({ x: () => tf.neg(dy) })),
  gradient(tf.Reciprocal, ['output'], (dy, s) => ({ x: () => tf.neg(tf.mul(dy, tf.square(at(s, 0)))) })),
  gradient(tf.Relu, ['x'], (dy, s) => ({ x: () => tf.mul(dy, tf.step(at(s, 0))) })),
  gradient(tf.Rsqrt, ['x', 'output'], (dy, s) => ({
    x: () => tf.mul(-0.5, tf.mul(dy, tf.div(at(s, 1), at(s, 0)))),
  })),
  gradient(tf.Softplus, ['x'], (dy, s) => ({ x: () => tf.mul(dy, tf.sigmoid(at(s, 0))) })),
  gradient(tf.Sigmoid, ['output'], (dy, s) => ({
    x: () => tf.mul(dy, tf.mul(at(s, 0), tf.sub(1, at(s, 0)))),
  })),
  gradient(tf.Sin, ['x'], (dy, s) => ({ x: () => tf.mul(dy, tf.cos(at(s, 0))) })),
  gradient(tf.Sqrt, ['output'], (dy, s) => ({ x: () => tf.div(dy, tf.mul(2, at(s, 0))) })),
  gradient(tf.Square, ['x'], (dy, s) => ({ x: () => tf.mul(dy, tf.mul(2, at(s, 0))) })),
  gradient(tf.Tanh, ['output'], (dy, s) => ({ x: () => tf.mul(dy, tf.sub(1, tf.square(at(s, 0)))) })),
  gradient(tf.Softmax, ['output'], (dy, s, { dim }) => {
    // dx = (dy − Σ dy·y)·y over the softmax axis
    const y = at(s, 0);
    return { logits: () => tf.mul(tf.sub(dy, tf.sum(tf.mul(dy, y), dim as number, true)), y) };
  }),
];
