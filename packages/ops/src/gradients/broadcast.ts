import * as tf from '@tensorflow/tfjs-core';

/** Sums a gradient over the axes along which its operand was broadcast, back to the operand's shape. */
export function sumToShape(dy: tf.Tensor, shape: number[]): tf.Tensor {
  const axes = tf.broadcast_util.getReductionAxes(shape, dy.shape);
  return axes.length === 0 && tf.util.arraysEqual(dy.shape, shape)
    ? dy
    : tf.reshape(axes.length === 0 ? dy : tf.sum(dy, axes), shape);
}
