import * as tf from '@tensorflow/tfjs-core';
import { unsupported } from '../errors.ts';
import type { Shape } from '../layout.ts';

/** Sizes of one convolution or pooling; tfjs computes them from shapes, strides and padding. */
export type ConvInfo = ReturnType<typeof tf.backend_util.computeConv2DInfo>;

type Quad = [number, number, number, number];

const quad = (shape: Shape): Quad => [...shape] as Quad;

export function convInfo(
  kernel: string,
  x: Shape,
  filter: Shape,
  attrs: tf.NamedAttrMap,
  depthwise = false,
): ConvInfo {
  const { strides, pad, dilations, dataFormat, dimRoundingMode } = attrs;
  if (dataFormat !== undefined && dataFormat !== 'NHWC') {
    throw unsupported(kernel, 'dataFormat', dataFormat, 'NHWC');
  }
  return tf.backend_util.computeConv2DInfo(
    quad(x),
    quad(filter),
    strides as number,
    (dilations as number | undefined) ?? 1,
    pad as 'same',
    dimRoundingMode as 'floor',
    depthwise,
  );
}

export function poolInfo(x: Shape, { filterSize, strides, pad, dimRoundingMode }: tf.NamedAttrMap): ConvInfo {
  return tf.backend_util.computePool2DInfo(
    quad(x),
    filterSize as number,
    strides as number,
    1,
    pad as 'same',
    dimRoundingMode as 'floor',
  );
}

/**
 * Padding as ONNX wants it: top, left, bottom, right.
 *
 * tfjs may round the size of the output up (`dimRoundingMode`), so that the last window reaches past the padding; ONNX
 * rounds down, so the padding grows to where that window ends.
 */
export function padsOf(info: ConvInfo): Quad {
  const { padInfo, inHeight, inWidth, outHeight, outWidth, strideHeight, strideWidth } = info;
  const { effectiveFilterHeight, effectiveFilterWidth } = info;
  const reach = (out: number, stride: number, window: number): number => (out - 1) * stride + window;
  return [
    padInfo.top,
    padInfo.left,
    Math.max(padInfo.bottom, reach(outHeight, strideHeight, effectiveFilterHeight) - inHeight - padInfo.top),
    Math.max(padInfo.right, reach(outWidth, strideWidth, effectiveFilterWidth) - inWidth - padInfo.left),
  ];
}
