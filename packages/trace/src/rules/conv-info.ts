import { attr } from '@isonoise/onnx';
import * as tf from '@tensorflow/tfjs-core';
import { unsupported } from '../errors.ts';
import { IOHW, type Shape } from '../layout.ts';
import type { Attributes } from '../recorder.ts';
import type { Tracer } from '../tracer.ts';
import type { TracedValue } from '../value.ts';

/** Sizes of a convolution or pooling, which tfjs computes from shapes, strides and padding. */
export type ConvInfo = ReturnType<typeof tf.backend_util.computeConv2DInfo>;

type Quad = [number, number, number, number];

const quad = (shape: Shape): Quad => [...shape] as Quad;

/** Strides, padding and rounding of a sliding window. */
type WindowAttrs = Pick<tf.Conv2DAttrs, 'strides' | 'pad' | 'dimRoundingMode'>;

/** Attributes of a convolution. The tfjs ops that compute its gradients get only some of them. */
type ConvAttrs = Readonly<WindowAttrs & Partial<Pick<tf.Conv2DAttrs, 'dilations' | 'dataFormat'>>>;

export function convInfo(
  kernel: string,
  x: Shape,
  filter: Shape,
  attrs: ConvAttrs,
  depthwise = false,
): ConvInfo {
  const { strides, pad, dilations = 1, dataFormat = 'NHWC', dimRoundingMode } = attrs;
  if (dataFormat !== 'NHWC') {
    throw unsupported(kernel, 'dataFormat', dataFormat, 'NHWC');
  }
  return withPlaces(
    tf.backend_util.computeConv2DInfo(
      quad(x),
      quad(filter),
      strides,
      dilations,
      pad,
      dimRoundingMode,
      depthwise,
    ),
  );
}

/**
 * Rejects a window larger than the padded image. For such a window, tfjs returns an image without pixels, and ONNX Runtime
 * fails.
 */
function withPlaces(info: ConvInfo): ConvInfo {
  const { outHeight, outWidth, inHeight, inWidth, effectiveFilterHeight, effectiveFilterWidth } = info;
  if (outHeight > 0 && outWidth > 0) return info;
  throw new Error(
    `a window of ${effectiveFilterHeight}×${effectiveFilterWidth} does not fit into an image of ${inHeight}×${inWidth}; ` +
      'expected a smaller window, or more padding',
  );
}

type PoolAttrs = Readonly<WindowAttrs & Pick<tf.MaxPoolAttrs, 'filterSize'>>;

export function poolInfo(x: Shape, { filterSize, strides, pad, dimRoundingMode }: PoolAttrs): ConvInfo {
  return withPlaces(tf.backend_util.computePool2DInfo(quad(x), filterSize, strides, 1, pad, dimRoundingMode));
}

/** Number of pixels from the start of the first window to the end of the last window. */
export function reach(windows: number, stride: number, size: number): number {
  return (windows - 1) * stride + size;
}

/**
 * Padding in ONNX's order: top, left, bottom, right.
 *
 * tfjs may round the output size up (`dimRoundingMode`), so that the last window extends past the padding.
 * ONNX rounds down, so the padding is enlarged to the end of that window.
 */
export function padsOf(info: ConvInfo): Quad {
  const { padInfo, inHeight, inWidth, outHeight, outWidth, strideHeight, strideWidth } = info;
  const { effectiveFilterHeight, effectiveFilterWidth } = info;
  return [
    padInfo.top,
    padInfo.left,
    Math.max(padInfo.bottom, reach(outHeight, strideHeight, effectiveFilterHeight) - inHeight - padInfo.top),
    Math.max(padInfo.right, reach(outWidth, strideWidth, effectiveFilterWidth) - inWidth - padInfo.left),
  ];
}

/** Attributes of Conv, and of the ConvTranspose for its gradient. */
export function convAttributes(info: ConvInfo, groups: number): Attributes {
  const { strideHeight, strideWidth, dilationHeight, dilationWidth } = info;
  return {
    strides: attr.ints([strideHeight, strideWidth]),
    pads: attr.ints(padsOf(info)),
    ...(dilationHeight * dilationWidth > 1 ? { dilations: attr.ints([dilationHeight, dilationWidth]) } : {}),
    ...(groups > 1 ? { group: attr.int(groups) } : {}),
  };
}

/**
 * Reshapes a depthwise filter for ONNX, `[kh, kw, in, multiplier] -> [in·multiplier, 1, kh, kw]`, and returns the name of
 * the result.
 */
export function depthwiseWeights(tracer: Tracer, filter: TracedValue): string {
  const [height = 0, width = 0, channels = 0, multiplier = 0] = filter.shape;
  return tracer.recorder.reshape(tracer.inOrder(filter, IOHW), [channels * multiplier, 1, height, width]);
}
