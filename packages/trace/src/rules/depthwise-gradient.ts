import { attr } from '@isonoise/onnx';
import type * as tf from '@tensorflow/tfjs-core';
import { NCHW } from '../layout.ts';

import type { Tracer } from '../tracer.ts';
import type { TracedValue } from '../value.ts';
import { type ConvInfo, convInfo, depthwiseWeights, padsOf } from './conv-info.ts';
import { spread } from './input-gradient.ts';
import type { Kernel, RuleTable } from './rule.ts';

/**
 * Writes dw of a depthwise convolution, `[kh, kw, in, multiplier]`. For each kernel position, x is shifted by this position
 * and multiplied by dy; the products are added over pixels and images.
 *
 * Letters: C input channels, M multiplier.
 */
function depthwiseFilterGradient(
  tracer: Tracer,
  x: TracedValue,
  dy: TracedValue,
  info: ConvInfo,
): TracedValue {
  const { recorder } = tracer;
  const { batchSize: batch, outHeight, outWidth, filterHeight, filterWidth, inChannels } = info;
  const [top, left, bottom, right] = padsOf(info);
  const multiplier = info.outChannels / inChannels;
  const padded = recorder.op(
    'Pad',
    [tracer.inOrder(x, NCHW), recorder.int64([0, 0, top, left, 0, 0, bottom, right]), recorder.scalar(0)],
    [batch, inChannels, info.inHeight + top + bottom, info.inWidth + left + right],
  );
  const gradient = recorder.reshape(tracer.inOrder(dy, NCHW), [
    batch,
    inChannels,
    multiplier,
    outHeight,
    outWidth,
  ]);
  const taps = Array.from({ length: filterHeight * filterWidth }, (_, k) => {
    const place = [
      Math.floor(k / filterWidth) * info.dilationHeight,
      (k % filterWidth) * info.dilationWidth,
    ] as const;
    const ends = [
      place[0] + (outHeight - 1) * info.strideHeight + 1,
      place[1] + (outWidth - 1) * info.strideWidth + 1,
    ];
    const steps = [info.strideHeight, info.strideWidth];
    const shifted = recorder.op(
      'Slice',
      [padded, recorder.int64(place), recorder.int64(ends), recorder.int64([2, 3]), recorder.int64(steps)],
      [batch, inChannels, outHeight, outWidth],
    );
    const product = recorder.op(
      'Mul',
      [recorder.reshape(shifted, [batch, inChannels, 1, outHeight, outWidth]), gradient],
      [batch, inChannels, multiplier, outHeight, outWidth],
    );
    return recorder.op('ReduceSum', [product, recorder.int64([0, 3, 4])], [inChannels, multiplier], {
      keepdims: attr.int(0),
    });
  });
  const stacked = recorder.op('Concat', taps, [taps.length * inChannels, multiplier], { axis: attr.int(0) });
  const shape = [filterHeight, filterWidth, inChannels, multiplier];
  return tracer.computed(shape, 'float32', recorder.reshape(stacked, shape));
}

export interface DepthwiseGradientKernels {
  DepthwiseConv2dNativeBackpropInput: Kernel<
    tf.DepthwiseConv2dNativeBackpropInputInputs,
    tf.DepthwiseConv2dNativeBackpropInputAttrs
  >;
  DepthwiseConv2dNativeBackpropFilter: Kernel<
    tf.DepthwiseConv2dNativeBackpropFilterInputs,
    tf.DepthwiseConv2dNativeBackpropFilterAttrs
  >;
}

/** Gradients of depthwise convolutions. */
export const depthwiseGradientRules: RuleTable<DepthwiseGradientKernels> = {
  DepthwiseConv2dNativeBackpropInput: (tracer, inputs, attrs, kernel) => {
    const { dy, filter } = inputs;
    const info = convInfo(kernel, attrs.inputShape, filter.shape, attrs, true);
    // One group per channel: channels do not mix.
    return spread(tracer, dy, depthwiseWeights(tracer, filter), info, info.inChannels);
  },
  DepthwiseConv2dNativeBackpropFilter: (tracer, inputs, attrs, kernel) => {
    const { x, dy } = inputs;
    const info = convInfo(kernel, x.shape, attrs.filterShape, attrs, true);
    return depthwiseFilterGradient(tracer, x, dy, info);
  },
};
