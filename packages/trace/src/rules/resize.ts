import { attr } from '@isonoise/onnx';
import type * as tf from '@tensorflow/tfjs-core';
import { NCHW, permute } from '../layout.ts';

import { pitch, resample, resampleGradient, type Sampling } from './bilinear.ts';
import { cast } from './cast.ts';
import type { Kernel, RuleTable } from './rule.ts';
import { binary } from './value-by-value.ts';

/** Index of the nearest source sample for each sample of the result, rounded as in tfjs. */
function nearestSamples(from: number, to: number, { alignCorners, halfPixelCenters }: Sampling): number[] {
  const step = pitch(from, to, alignCorners);
  return Array.from({ length: to }, (_, i) => {
    const place = halfPixelCenters ? step * (i + 0.5) : step * i;
    return Math.min(from - 1, alignCorners ? Math.round(place) : Math.floor(place));
  });
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
    // Selects rows, then columns, by index, so that positions are rounded as in tfjs.
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
    return resample(tracer, images, height, width, attrs);
  },
  ResizeBilinearGrad: (tracer, inputs, attrs) => {
    const [, height = 0, width = 0] = inputs.images.shape;
    return resampleGradient(tracer, inputs.dy, height, width, attrs);
  },
};
