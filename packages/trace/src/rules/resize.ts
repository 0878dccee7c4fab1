import { UpsampleNearest, UpsampleNearestGrad } from '@isonoise/ops';
import * as tf from '@tensorflow/tfjs-core';
import { unsupported } from '../errors.ts';
import { NCHW, permute } from '../layout.ts';
import { ints, text } from '../recorder.ts';
import type { Tracer } from '../tracer.ts';
import type { TracedValue } from '../value.ts';
import { binary } from './elementwise.ts';
import { matMul } from './matmul.ts';
import { input, type RuleTable } from './rule.ts';

/** Rows of a matrix that maps `from` evenly spaced samples to `to`, linearly, corners on corners. */
function alignedWeights(from: number, to: number): Float32Array {
  const weights = new Float32Array(to * from);
  for (let i = 0; i < to; i++) {
    const place = to > 1 ? (i * (from - 1)) / (to - 1) : 0;
    const low = Math.min(Math.floor(place), Math.max(from - 2, 0));
    const fraction = place - low;
    weights[i * from + low] = 1 - fraction;
    if (low + 1 < from) weights[i * from + low + 1] = fraction;
  }
  return weights;
}

/**
 * Bilinear resampling with aligned corners, and its gradient, as two matrix products: rows, then columns. It is linear
 * in the image and separable, so the gradient is the same with both matrices transposed.
 */
function resample(
  tracer: Tracer,
  x: TracedValue,
  height: number,
  width: number,
  backward: boolean,
): TracedValue {
  const [batch = 0, inHeight = 0, inWidth = 0, channels = 0] = x.shape;
  const { recorder } = tracer;
  // The matrix of the forward pass, `[large, small]`, whichever way the values go.
  const weights = (from: number, to: number): TracedValue => {
    const [small, large] = backward ? [to, from] : [from, to];
    return tracer.constant(alignedWeights(small, large), [large, small], 'float32');
  };
  const planes = [batch, channels, inHeight, inWidth];
  const image = tracer.computed(planes, 'float32', tracer.inOrder(x, NCHW));
  const wide = matMul(tracer, image, weights(inWidth, width), false, !backward); // [B, C, h, W]
  const turned = recorder.transpose(tracer.plain(wide), [0, 1, 3, 2]);
  const columns = tracer.computed([batch, channels, width, inHeight], 'float32', turned);
  const tall = matMul(tracer, columns, weights(inHeight, height), false, !backward); // [B, C, W, H]
  return tracer.computed([batch, height, width, channels], 'float32', tracer.plain(tall), [0, 3, 2, 1]);
}

function requireAligned(kernel: string, { alignCorners, halfPixelCenters }: tf.NamedAttrMap): void {
  if (alignCorners !== true || halfPixelCenters === true) {
    throw unsupported(
      kernel,
      'alignCorners, halfPixelCenters',
      [alignCorners, halfPixelCenters],
      'true, false',
    );
  }
}

/** Resampling of images and its gradients. */
export const resizeRules: RuleTable = {
  [UpsampleNearest]: (tracer, inputs) => {
    const x = input(inputs, 'x');
    const [batch = 0, height = 0, width = 0, channels = 0] = x.shape;
    const shape = [batch, 2 * height, 2 * width, channels];
    const scales = tracer.recorder.float32([1, 1, 2, 2], [4]);
    const name = tracer.recorder.op('Resize', [tracer.inOrder(x, NCHW), '', scales], permute(shape, NCHW), {
      mode: text('nearest'),
      coordinate_transformation_mode: text('asymmetric'),
      nearest_mode: text('floor'),
    });
    return tracer.computed(shape, 'float32', name, NCHW);
  },
  [UpsampleNearestGrad]: (tracer, inputs) => {
    const dy = input(inputs, 'dy');
    const [batch = 0, height = 0, width = 0, channels = 0] = dy.shape;
    const shape = [batch, height / 2, width / 2, channels];
    // The sum over each 2×2 block is four times its mean, exactly.
    const mean = tracer.recorder.op('AveragePool', [tracer.inOrder(dy, NCHW)], permute(shape, NCHW), {
      kernel_shape: ints([2, 2]),
      strides: ints([2, 2]),
    });
    const average = tracer.computed(shape, 'float32', mean, NCHW);
    return binary(tracer, 'Mul', average, tracer.fill(4, [], 'float32'));
  },
  [tf.ResizeBilinear]: (tracer, inputs, attrs, kernel) => {
    requireAligned(kernel, attrs);
    const [height = 0, width = 0] = attrs.size as number[];
    return resample(tracer, input(inputs, 'images'), height, width, false);
  },
  [tf.ResizeBilinearGrad]: (tracer, inputs, attrs, kernel) => {
    requireAligned(kernel, { ...attrs, halfPixelCenters: false });
    const [, height = 0, width = 0] = input(inputs, 'images').shape;
    return resample(tracer, input(inputs, 'dy'), height, width, true);
  },
};
