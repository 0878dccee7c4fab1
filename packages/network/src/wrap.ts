import * as tf from '@tensorflow/tfjs-core';

/**
 * Extends images with copies of their opposite edges, as if the plane were tiled with the image.
 *
 * @param pads number of pixels at the top, left, bottom and right, each at most the height or width
 * @returns `[B, top + H + bottom, left + W + right, C]`
 */
export function wrapEdges(
  x: tf.Tensor4D,
  [top, left, bottom, right]: readonly [top: number, left: number, bottom: number, right: number],
): tf.Tensor4D {
  return extended(extended(x, 1, top, bottom), 2, left, right);
}

/**
 * Extends one axis with slices and a concatenation, because ONNX Runtime does not support Pad's mode `wrap` on every
 * device.
 */
function extended(x: tf.Tensor4D, axis: 1 | 2, before: number, after: number): tf.Tensor4D {
  if (before === 0 && after === 0) return x;
  const length = x.shape[axis];
  const part = (start: number, size: number): tf.Tensor4D => {
    const begin = [0, 0, 0, 0];
    const sizes = [-1, -1, -1, -1];
    begin[axis] = start;
    sizes[axis] = size;
    return tf.slice(x, begin, sizes) as tf.Tensor4D;
  };
  return tf.concat(
    [...(before === 0 ? [] : [part(length - before, before)]), x, ...(after === 0 ? [] : [part(0, after)])],
    axis,
  );
}
