import { upsampleNearest } from '@isonoise/ops';
import * as tf from '@tensorflow/tfjs-core';
import { wrapEdges } from './wrap.ts';

/** Halves or doubles height and width, `[B, H, W, C] -> [B, H', W', C]`. */
export type Resample = (x: tf.Tensor4D) => tf.Tensor4D;

export type ResampleName = 'mean' | 'nearest' | 'firDown' | 'firUp';

/**
 * Returns a resampling without weights.
 *
 * - `mean`: each pixel is the mean of 2×2 pixels.
 * - `nearest`: each pixel becomes 2×2 equal pixels.
 * - `firDown` and `firUp`: the filter (1, 3, 3, 1)/8 in both directions, as in StyleGAN2, without aliasing.
 *
 * @param wrap whether images continue at their opposite edges; otherwise they are zero outside
 * @see Karras et al. 2020, arXiv 1912.04958; `FirDownsample2D` and `FirUpsample2D` of diffusers
 */
export function resampling(name: ResampleName, wrap: boolean): Resample {
  switch (name) {
    case 'mean':
      return (x) => tf.avgPool(x, 2, 2, 'valid');
    case 'nearest':
      return upsampleNearest;
    case 'firDown':
      return (x) => filtered(x, [1, 3, 3, 1], 2, wrap);
    case 'firUp':
      // StyleGAN2 inserts zeros between the pixels and applies the filter, multiplied by 4. Repeated pixels and the filter
      // (1, 2, 1)/4 give the same result.
      return (x) => filtered(upsampleNearest(x), [1, 2, 1], 1, wrap);
  }
}

/** Applies a filter of sum 1 to each channel, in both directions; one pixel is added at each edge. */
function filtered(x: tf.Tensor4D, taps: readonly number[], stride: number, wrap: boolean): tf.Tensor4D {
  const channels = x.shape[3];
  const total = taps.reduce((sum, tap) => sum + tap, 0) ** 2;
  const values = taps.flatMap((row) =>
    taps.flatMap((column) => new Array<number>(channels).fill((row * column) / total)),
  );
  const filter = tf.tensor4d(values, [taps.length, taps.length, channels, 1]);
  const padded = wrap
    ? wrapEdges(x, [1, 1, 1, 1])
    : (tf.pad(x, [
        [0, 0],
        [1, 1],
        [1, 1],
        [0, 0],
      ]) as tf.Tensor4D);
  return tf.depthwiseConv2d(padded, filter, stride, 'valid');
}
