import { attr } from '@isonoise/onnx';
import type * as tf from '@tensorflow/tfjs-core';
import { NCHW, permute } from '../layout.ts';

import type { Tracer } from '../tracer.ts';
import type { TracedValue } from '../value.ts';
import { cast } from './cast.ts';
import { matMul } from './matmul.ts';
import type { Kernel, RuleTable } from './rule.ts';
import { binary } from './value-by-value.ts';

interface Sampling {
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
}

/** Distance between two samples of the source for one of the result. */
function pitch(from: number, to: number, alignCorners: boolean): number {
  return alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to;
}

/** The matrix `[to, from]` that maps evenly spaced samples to others, linearly. */
function linearWeights(from: number, to: number, { alignCorners, halfPixelCenters }: Sampling): Float32Array {
  const weights = new Float32Array(to * from);
  const step = pitch(from, to, alignCorners);
  for (let i = 0; i < to; i++) {
    const place = halfPixelCenters ? step * (i + 0.5) - 0.5 : step * i;
    const low = Math.max(0, Math.floor(place));
    const high = Math.min(from - 1, Math.max(0, Math.ceil(place)));
    const fraction = high === low ? 0 : place - low;
    weights[i * from + low] = 1 - fraction;
    if (high !== low) weights[i * from + high] = fraction;
  }
  return weights;
}

/** For each sample of the result the nearest one of the source, rounded as tfjs rounds. */
function nearestSamples(from: number, to: number, { alignCorners, halfPixelCenters }: Sampling): number[] {
  const step = pitch(from, to, alignCorners);
  return Array.from({ length: to }, (_, i) => {
    const place = halfPixelCenters ? step * (i + 0.5) : step * i;
    return Math.min(from - 1, alignCorners ? Math.round(place) : Math.floor(place));
  });
}

/**
 * Bilinear resampling and its gradient as two matrix products: rows, then columns. It is linear
 * in the image and separable, so the gradient is the same with both matrices transposed.
 */
function resample(
  tracer: Tracer,
  x: TracedValue,
  height: number,
  width: number,
  how: Sampling,
  backward: boolean,
): TracedValue {
  const [batch = 0, inHeight = 0, inWidth = 0, channels = 0] = x.shape;
  const { recorder } = tracer;
  // The matrix of the forward pass, `[large, small]`, whichever way the values go.
  const weights = (from: number, to: number): TracedValue => {
    const [small, large] = backward ? [to, from] : [from, to];
    return tracer.constant(linearWeights(small, large, how), [large, small], 'float32');
  };
  const planes = [batch, channels, inHeight, inWidth];
  const image = tracer.computed(planes, 'float32', tracer.inOrder(x, NCHW));
  const wide = matMul(tracer, image, weights(inWidth, width), false, !backward); // [B, C, h, W]
  const turned = recorder.transpose(tracer.plain(wide), [0, 1, 3, 2]);
  const columns = tracer.computed([batch, channels, width, inHeight], 'float32', turned);
  const tall = matMul(tracer, columns, weights(inHeight, height), false, !backward); // [B, C, W, H]
  return tracer.computed([batch, height, width, channels], 'float32', tracer.plain(tall), [0, 3, 2, 1]);
}

export interface ResizeKernels {
  IsonoiseUpsampleNearest: Kernel<{ x: tf.TensorInfo }>;
  IsonoiseUpsampleNearestGrad: Kernel<{ dy: tf.TensorInfo }>;
  ResizeNearestNeighbor: Kernel<tf.ResizeNearestNeighborInputs, tf.ResizeNearestNeighborAttrs>;
  ResizeBilinear: Kernel<tf.ResizeBilinearInputs, tf.ResizeBilinearAttrs>;
  ResizeBilinearGrad: Kernel<tf.ResizeBilinearGradInputs, tf.ResizeBilinearGradAttrs>;
}

/** Resampling of images and its gradients. */
export const resizeRules: RuleTable<ResizeKernels> = {
  IsonoiseUpsampleNearest: (tracer, inputs) => {
    const x = inputs.x;
    const [batch = 0, height = 0, width = 0, channels = 0] = x.shape;
    const shape = [batch, 2 * height, 2 * width, channels];
    const scales = tracer.recorder.float32([1, 1, 2, 2], [4]);
    const name = tracer.recorder.op('Resize', [tracer.inOrder(x, NCHW), '', scales], permute(shape, NCHW), {
      mode: attr.string('nearest'),
      coordinate_transformation_mode: attr.string('asymmetric'),
      nearest_mode: attr.string('floor'),
    });
    return tracer.computed(shape, 'float32', name, NCHW);
  },
  IsonoiseUpsampleNearestGrad: (tracer, inputs) => {
    const dy = inputs.dy;
    const [batch = 0, height = 0, width = 0, channels = 0] = dy.shape;
    const shape = [batch, height / 2, width / 2, channels];
    // The sum over each 2×2 block is four times its mean, exactly.
    const mean = tracer.recorder.op('AveragePool', [tracer.inOrder(dy, NCHW)], permute(shape, NCHW), {
      kernel_shape: attr.ints([2, 2]),
      strides: attr.ints([2, 2]),
    });
    const average = tracer.computed(shape, 'float32', mean, NCHW);
    return binary(tracer, 'Mul', average, tracer.fill(4, [], 'float32'));
  },
  ResizeNearestNeighbor: (tracer, inputs, attrs) => {
    const images = inputs.images;
    const order = tracer.orderOf(images);
    const { recorder } = tracer;
    // Rows, then columns: picked by index, so that rounding is tfjs's own.
    return attrs.size.reduce((image, to, i) => {
      const from = image.shape[i + 1] ?? 0;
      if (from === to) return image;
      const shape = image.shape.map((size, axis) => (axis === i + 1 ? to : size));
      const picked = nearestSamples(from, to, attrs);
      const indices = recorder.constant('int32', [to], picked);
      const names = [tracer.inOrder(image, order), indices];
      const name = recorder.op('Gather', names, permute(shape, order), {
        axis: attr.int(order.indexOf(i + 1)),
      });
      return tracer.computed(shape, images.dtype, name, order);
    }, images);
  },
  ResizeBilinear: (tracer, inputs, attrs) => {
    const [height, width] = attrs.size;
    const images = cast(tracer, inputs.images, 'float32');
    return resample(tracer, images, height, width, attrs, false);
  },
  ResizeBilinearGrad: (tracer, inputs, attrs) => {
    const [, height = 0, width = 0] = inputs.images.shape;
    return resample(tracer, inputs.dy, height, width, attrs, true);
  },
};
