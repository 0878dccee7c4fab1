import * as tf from '@tensorflow/tfjs-core';
import { NCHW, OIHW, permute } from '../layout.ts';
import { int, ints } from '../recorder.ts';
import type { Tracer } from '../tracer.ts';
import type { TracedValue } from '../value.ts';
import { type ConvInfo, convInfo, padsOf } from './conv-info.ts';
import { filterGradient } from './filter-gradient.ts';
import { inputGradient } from './input-gradient.ts';
import { input, type RuleTable } from './rule.ts';

/** y = conv(x, w), w `[kh, kw, in, out]`. */
export function conv2d(tracer: Tracer, x: TracedValue, filter: TracedValue, info: ConvInfo): TracedValue {
  const name = tracer.recorder.op(
    'Conv',
    [tracer.inOrder(x, NCHW), tracer.inOrder(filter, OIHW)],
    permute(info.outShape, NCHW),
    {
      strides: ints([info.strideHeight, info.strideWidth]),
      pads: ints(padsOf(info)),
      ...(info.dilationHeight * info.dilationWidth > 1
        ? { dilations: ints([info.dilationHeight, info.dilationWidth]) }
        : {}),
    },
  );
  return tracer.computed(info.outShape, 'float32', name, NCHW);
}

/** Depthwise, w `[kh, kw, in, multiplier]`: one group an input channel. */
export function depthwiseConv2d(
  tracer: Tracer,
  x: TracedValue,
  filter: TracedValue,
  info: ConvInfo,
): TracedValue {
  const { recorder } = tracer;
  const [height = 0, width = 0, channels = 0, multiplier = 0] = filter.shape;
  const grouped = recorder.reshape(tracer.inOrder(filter, [2, 3, 0, 1]), [
    channels * multiplier,
    1,
    height,
    width,
  ]);
  const name = recorder.op('Conv', [tracer.inOrder(x, NCHW), grouped], permute(info.outShape, NCHW), {
    strides: ints([info.strideHeight, info.strideWidth]),
    pads: ints(padsOf(info)),
    dilations: ints([info.dilationHeight, info.dilationWidth]),
    group: int(channels),
  });
  return tracer.computed(info.outShape, 'float32', name, NCHW);
}

/** Convolutions, and the gradients of the full one. */
export const convRules: RuleTable = {
  [tf.Conv2D]: (tracer, inputs, attrs, kernel) => {
    const [x, filter] = [input(inputs, 'x'), input(inputs, 'filter')];
    return conv2d(tracer, x, filter, convInfo(kernel, x.shape, filter.shape, attrs));
  },
  [tf.DepthwiseConv2dNative]: (tracer, inputs, attrs, kernel) => {
    const [x, filter] = [input(inputs, 'x'), input(inputs, 'filter')];
    return depthwiseConv2d(tracer, x, filter, convInfo(kernel, x.shape, filter.shape, attrs, true));
  },
  [tf.Conv2DBackpropInput]: (tracer, inputs, attrs, kernel) => {
    const [dy, filter] = [input(inputs, 'dy'), input(inputs, 'filter')];
    const info = convInfo(kernel, attrs.inputShape as number[], filter.shape, attrs);
    return inputGradient(tracer, dy, filter, info);
  },
  [tf.Conv2DBackpropFilter]: (tracer, inputs, attrs, kernel) => {
    const [x, dy] = [input(inputs, 'x'), input(inputs, 'dy')];
    return filterGradient(tracer, x, dy, convInfo(kernel, x.shape, attrs.filterShape as number[], attrs));
  },
};
