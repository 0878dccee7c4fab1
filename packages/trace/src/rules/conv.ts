import type * as tf from '@tensorflow/tfjs-core';
import { NCHW, OIHW, permute } from '../layout.ts';
import type { Tracer } from '../tracer.ts';
import type { TracedValue } from '../value.ts';
import { type ConvInfo, convAttributes, convInfo, depthwiseWeights } from './conv-info.ts';
import { filterGradient } from './filter-gradient.ts';
import { inputGradient } from './input-gradient.ts';
import type { Kernel, RuleTable } from './rule.ts';

/**
 * Writes a Conv over an image.
 *
 * @param weights name of the filter, `[out, in / groups, kh, kw]`
 */
function convolve(
  tracer: Tracer,
  x: TracedValue,
  weights: string,
  info: ConvInfo,
  groups: number,
): TracedValue {
  const name = tracer.recorder.op(
    'Conv',
    [tracer.inOrder(x, NCHW), weights],
    permute(info.outShape, NCHW),
    convAttributes(info, groups),
  );
  return tracer.computed(info.outShape, 'float32', name, NCHW);
}

/** y = conv(x, w), w `[kh, kw, in, out]`. */
export function conv2d(tracer: Tracer, x: TracedValue, filter: TracedValue, info: ConvInfo): TracedValue {
  return convolve(tracer, x, tracer.inOrder(filter, OIHW), info, 1);
}

/** Depthwise convolution, w `[kh, kw, in, multiplier]`: one group per input channel. */
export function depthwiseConv2d(
  tracer: Tracer,
  x: TracedValue,
  filter: TracedValue,
  info: ConvInfo,
): TracedValue {
  return convolve(tracer, x, depthwiseWeights(tracer, filter), info, info.inChannels);
}

export interface ConvKernels {
  Conv2D: Kernel<tf.Conv2DInputs, tf.Conv2DAttrs>;
  DepthwiseConv2dNative: Kernel<tf.DepthwiseConv2dNativeInputs, tf.DepthwiseConv2dNativeAttrs>;
  Conv2DBackpropInput: Kernel<tf.Conv2DBackpropInputInputs, tf.Conv2DBackpropInputAttrs>;
  Conv2DBackpropFilter: Kernel<tf.Conv2DBackpropFilterInputs, tf.Conv2DBackpropFilterAttrs>;
}

/** Convolutions, and the gradients of full convolutions. */
export const convRules: RuleTable<ConvKernels> = {
  Conv2D: (tracer, inputs, attrs, kernel) => {
    const { x, filter } = inputs;
    return conv2d(tracer, x, filter, convInfo(kernel, x.shape, filter.shape, attrs));
  },
  DepthwiseConv2dNative: (tracer, inputs, attrs, kernel) => {
    const { x, filter } = inputs;
    return depthwiseConv2d(tracer, x, filter, convInfo(kernel, x.shape, filter.shape, attrs, true));
  },
  Conv2DBackpropInput: (tracer, inputs, attrs, kernel) => {
    const { dy, filter } = inputs;
    const info = convInfo(kernel, attrs.inputShape, filter.shape, attrs);
    return inputGradient(tracer, dy, filter, info);
  },
  Conv2DBackpropFilter: (tracer, inputs, attrs, kernel) => {
    const { x, dy } = inputs;
    return filterGradient(tracer, x, dy, convInfo(kernel, x.shape, attrs.filterShape, attrs));
  },
};
