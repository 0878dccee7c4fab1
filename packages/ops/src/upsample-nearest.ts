import * as tf from '@tensorflow/tfjs-core';
import { hasKernel } from './fused-kernel.ts';

export const UpsampleNearest = 'IsonoiseUpsampleNearest';
export const UpsampleNearestGrad = 'IsonoiseUpsampleNearestGrad';

/**
 * Doubles height and width: each pixel becomes a 2×2 block.
 *
 * It replaces `resizeNearestNeighbor` of tfjs, whose gradient is wrong on the cpu backend of tfjs 4.22.
 *
 * @param x `[B, H, W, C]`
 * @returns `[B, 2H, 2W, C]`
 */
export function upsampleNearest(x: tf.Tensor4D): tf.Tensor4D {
  if (hasKernel(UpsampleNearest)) return tf.engine().runKernel(UpsampleNearest, { x });
  const [batch, height, width, channels] = x.shape;
  return tf.tidy(() => {
    const wide = tf.reshape(tf.concat([x, x], 3), [batch, height, 1, 2 * width * channels]); // each pixel twice in a row
    return tf.reshape(tf.concat([wide, wide], 2), [batch, 2 * height, 2 * width, channels]); // each row twice
  });
}

/** Gradient of the fused kernel. */
export const upsampleNearestGradConfig: tf.GradConfig = {
  kernelName: UpsampleNearest,
  gradFunc: (dy) => ({ x: () => tf.engine().runKernel(UpsampleNearestGrad, { dy: dy as tf.Tensor }) }),
};
