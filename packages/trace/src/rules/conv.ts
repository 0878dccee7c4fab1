import * as tf from '@tensorflow/tfjs-core';
import { unsupported } from '../errors.ts';
import { NCHW, OIHW, permute, type Shape, sizeOf } from '../layout.ts';
import { int, ints } from '../recorder.ts';
import type { Tracer } from '../tracer.ts';
import type { TracedValue } from '../value.ts';
import { filterGradient } from './filter-gradient.ts';
import { input, type RuleTable } from './rule.ts';

/** Sizes of one convolution; tfjs computes them from shapes, strides and padding. */
export type ConvInfo = ReturnType<typeof tf.backend_util.computeConv2DInfo>;

type Attrs = tf.NamedAttrMap;
type Quad = [number, number, number, number];

export function convInfo(kernel: string, x: Shape, filter: Shape, attrs: Attrs, depthwise = false): ConvInfo {
  const { strides, pad, dilations, dataFormat, dimRoundingMode } = attrs;
  if (dataFormat !== undefined && dataFormat !== 'NHWC')
    throw unsupported(kernel, 'dataFormat', dataFormat, 'NHWC');
  return tf.backend_util.computeConv2DInfo(
    [...x] as Quad,
    [...filter] as Quad,
    strides as number,
    (dilations as number | undefined) ?? 1,
    pad as 'same',
    dimRoundingMode as 'floor',
    depthwise,
  );
}

export const padsOf = ({ padInfo }: ConvInfo): Quad => [
  padInfo.top,
  padInfo.left,
  padInfo.bottom,
  padInfo.right,
];

function forward(tracer: Tracer, x: TracedValue, filter: TracedValue, info: ConvInfo): TracedValue {
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

/** `[kh, kw, in, channelMultiplier]`: one group an input channel. */
function depthwise(tracer: Tracer, x: TracedValue, filter: TracedValue, info: ConvInfo): TracedValue {
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

/**
 * dx of y = conv(x, w). At stride 1 it is a convolution of dy with the kernel turned by 180° and its channels swapped,
 * which runs faster than ConvTranspose; at larger strides it is ConvTranspose.
 */
function inputGradient(tracer: Tracer, dy: TracedValue, filter: TracedValue, info: ConvInfo): TracedValue {
  const { recorder } = tracer;
  const { inShape, filterHeight: kh, filterWidth: kw, strideHeight: sh, strideWidth: sw } = info;
  const [top, left, bottom, right] = padsOf(info);
  const target = permute(inShape, NCHW);
  const name = tracer.inOrder(dy, NCHW);
  if (sh === 1 && sw === 1) {
    const swapped = tracer.inOrder(filter, [2, 3, 0, 1]); // [in, out, kh, kw]
    const pads = ints([kh - 1 - top, kw - 1 - left, kh - 1 - bottom, kw - 1 - right]);
    const turned = recorder.op('Conv', [name, turn180(tracer, swapped)], target, {
      strides: ints([1, 1]),
      pads,
    });
    return tracer.computed(inShape, 'float32', turned, NCHW);
  }
  // Rows and columns that no window reached: their gradient is zero, output_padding makes room for them.
  const reached = (out: number, stride: number, k: number): number => (out - 1) * stride + k;
  const rows = info.inHeight + top + bottom - reached(info.outHeight, sh, kh);
  const columns = info.inWidth + left + right - reached(info.outWidth, sw, kw);
  const spread = recorder.op('ConvTranspose', [name, tracer.inOrder(filter, OIHW)], target, {
    strides: ints([sh, sw]),
    pads: ints([top, left, bottom, right]),
    output_padding: ints([rows, columns]),
  });
  return tracer.computed(inShape, 'float32', spread, NCHW);
}

/** Reverses the last two axes of `[a, b, kh, kw]`. */
function turn180(tracer: Tracer, name: string): string {
  const { recorder } = tracer;
  const shape = recorder.shapeOf(name);
  if (sizeOf(shape.slice(2)) === 1) return name;
  const both = (value: number): string => recorder.int64([value, value]);
  const pastTheFront = -(2 ** 31);
  return recorder.op('Slice', [name, both(-1), both(pastTheFront), recorder.int64([2, 3]), both(-1)], shape);
}

/** Convolutions and their gradients. */
export const convRules: RuleTable = {
  [tf.Conv2D]: (tracer, inputs, attrs, kernel) => {
    const [x, filter] = [input(inputs, 'x'), input(inputs, 'filter')];
    return forward(tracer, x, filter, convInfo(kernel, x.shape, filter.shape, attrs));
  },
  [tf.DepthwiseConv2dNative]: (tracer, inputs, attrs, kernel) => {
    const [x, filter] = [input(inputs, 'x'), input(inputs, 'filter')];
    return depthwise(tracer, x, filter, convInfo(kernel, x.shape, filter.shape, attrs, true));
  },
  [tf.Conv2DBackpropInput]: (tracer, inputs, attrs, kernel) => {
    const [dy, filter] = [input(inputs, 'dy'), input(inputs, 'filter')];
    return inputGradient(
      tracer,
      dy,
      filter,
      convInfo(kernel, attrs.inputShape as number[], filter.shape, attrs),
    );
  },
  [tf.Conv2DBackpropFilter]: (tracer, inputs, attrs, kernel) => {
    const [x, dy] = [input(inputs, 'x'), input(inputs, 'dy')];
    return filterGradient(tracer, x, dy, convInfo(kernel, x.shape, attrs.filterShape as number[], attrs));
  },
};
