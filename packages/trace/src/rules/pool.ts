import { attr } from '@isonoise/onnx';
import * as tf from '@tensorflow/tfjs-core';
import { unsupported } from '../errors.ts';
import { NCHW, permute } from '../layout.ts';
import type { Attributes } from '../recorder.ts';
import type { Tracer } from '../tracer.ts';
import type { TracedValue } from '../value.ts';
import { type ConvInfo, padsOf, poolInfo } from './conv-info.ts';
import { spread } from './input-gradient.ts';
import type { Kernel, RuleTable } from './rule.ts';
import { binary, broadcasting } from './value-by-value.ts';

/** @throws IsonoiseError a window in the padding alone, which ONNX Runtime does not load */
function windows(info: ConvInfo, kernel: string): Attributes {
  const { filterHeight, filterWidth } = info;
  const pads = padsOf(info);
  const [top, left, bottom, right] = pads;
  if (Math.max(top, bottom) >= filterHeight || Math.max(left, right) >= filterWidth) {
    throw unsupported(kernel, 'padding', pads, `less than the window of ${filterHeight}×${filterWidth}`);
  }
  return {
    kernel_shape: attr.ints([filterHeight, filterWidth]),
    strides: attr.ints([info.strideHeight, info.strideWidth]),
    pads: attr.ints(pads),
  };
}

function isPadded(info: ConvInfo): boolean {
  return padsOf(info).some((pad) => pad !== 0);
}

/** ONNX Runtime pools floats. */
function requireFloat(x: TracedValue, kernel: string): void {
  if (x.dtype !== 'float32') throw unsupported(kernel, 'an image of type', x.dtype, 'float32: cast it');
}

/**
 * dx of MaxPool. Each window's gradient goes to the pixel that won it: MaxUnpool with the indices of MaxPool does just
 * that, where windows do not overlap (overlapping ones would have to add up).
 */
function maxPoolGradient(tracer: Tracer, dy: TracedValue, x: TracedValue, info: ConvInfo): TracedValue {
  const { filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = info;
  const apart = filterHeight <= strideHeight && filterWidth <= strideWidth;
  if (!apart || isPadded(info)) {
    const got = { filterSize: [filterHeight, filterWidth], strides: [strideHeight, strideWidth], padInfo };
    throw unsupported(tf.MaxPoolGrad, 'windows', got, 'unpadded windows that do not overlap');
  }
  const { recorder } = tracer;
  const whole = permute(x.shape, NCHW);
  const { largest, indices } = pooledMaxima(tracer, x, info);
  // Windows without a number have no place that won.
  const won = tracer.computed(info.outShape, 'bool', isNumber(tracer, largest), NCHW);
  const shares = broadcasting(tracer, 'Where', [won, dy, tracer.fill(0, [], 'float32')], 'float32');
  const name = recorder.op(
    'MaxUnpool',
    [tracer.inOrder(shares, NCHW), indices, recorder.int64(whole)],
    whole,
    { kernel_shape: attr.ints([filterHeight, filterWidth]), strides: attr.ints([strideHeight, strideWidth]) },
  );
  return tracer.computed(x.shape, 'float32', name, NCHW);
}

/** The least float32 but one: ONNX Runtime finds no index in a window that holds nothing above the least. */
const LOW = -3.4028232635611926e38;

/** Name of whether each value is larger than LOW: neither NaN nor −∞. */
function isNumber({ recorder }: Tracer, name: string): string {
  return recorder.op('Greater', [name, recorder.scalar(LOW)], recorder.shapeOf(name));
}

/**
 * MaxPool as tfjs has it, where NaN loses against any number; ONNX Runtime's result depends on the order of the pixels.
 * NaN and −∞ go in as LOW, and what comes out as LOW has no number in its window.
 * With indices, so that the gradient's MaxPool is this very node; passes drop an output that is not used.
 *
 * @returns names of the maxima and of their places, in NCHW
 */
function pooledMaxima(
  tracer: Tracer,
  x: TracedValue,
  info: ConvInfo,
): { readonly largest: string; readonly indices: string } {
  const { recorder } = tracer;
  const image = tracer.inOrder(x, NCHW);
  const numbers = recorder.op(
    'Where',
    [isNumber(tracer, image), image, recorder.scalar(LOW)],
    recorder.shapeOf(image),
  );
  const pooled = permute(info.outShape, NCHW);
  const [largest = '', indices = ''] = recorder.ops(
    'MaxPool',
    [numbers],
    [pooled, pooled],
    windows(info, recorder.kernel),
  );
  return { largest, indices };
}

/** dx of AvgPool: each window's gradient, divided by the pixels in it, spread over them. */
function avgPoolGradient(tracer: Tracer, dy: TracedValue, info: ConvInfo): TracedValue {
  const { filterHeight, filterWidth, inChannels } = info;
  const share = binary(tracer, 'Mul', dy, windowShares(tracer, info));
  const taps = inChannels * filterHeight * filterWidth;
  const ones = tracer.recorder.float32(new Float32Array(taps).fill(1), [
    inChannels,
    1,
    filterHeight,
    filterWidth,
  ]);
  return spread(tracer, share, ones, info, inChannels);
}

/** 1 / (pixels of the image in each window), `[1, OH, OW, 1]`: padding is in no average. */
function windowShares(tracer: Tracer, info: ConvInfo): TracedValue {
  const counts = (out: number, stride: number, window: number, before: number, size: number): number[] =>
    Array.from({ length: out }, (_, i) => {
      const start = i * stride - before;
      return Math.min(start + window, size) - Math.max(start, 0);
    });
  const { padInfo } = info;
  const rows = counts(info.outHeight, info.strideHeight, info.filterHeight, padInfo.top, info.inHeight);
  const columns = counts(info.outWidth, info.strideWidth, info.filterWidth, padInfo.left, info.inWidth);
  const shares = rows.flatMap((row) => columns.map((column) => 1 / (row * column)));
  return tracer.constant(shares, [1, rows.length, columns.length, 1], 'float32');
}

export interface PoolKernels {
  MaxPool: Kernel<tf.MaxPoolInputs, tf.MaxPoolAttrs>;
  AvgPool: Kernel<tf.AvgPoolInputs, tf.AvgPoolAttrs>;
  MaxPoolGrad: Kernel<tf.MaxPoolGradInputs, tf.MaxPoolGradAttrs>;
  AvgPoolGrad: Kernel<tf.AvgPoolGradInputs, tf.AvgPoolGradAttrs>;
}

/** Pooling and its gradients. */
export const poolRules: RuleTable<PoolKernels> = {
  MaxPool: (tracer, inputs, attrs, kernel) => {
    const x = inputs.x;
    requireFloat(x, kernel);
    const info = poolInfo(x.shape, attrs);
    const { largest } = pooledMaxima(tracer, x, info);
    const none = tracer.recorder.scalar(Number.NEGATIVE_INFINITY);
    const shape = permute(info.outShape, NCHW);
    const name = tracer.recorder.op('Where', [isNumber(tracer, largest), largest, none], shape);
    return tracer.computed(info.outShape, x.dtype, name, NCHW);
  },
  AvgPool: (tracer, inputs, attrs, kernel) => {
    const x = inputs.x;
    requireFloat(x, kernel);
    const info = poolInfo(x.shape, attrs);
    // tfjs leaves padding out of an average, which is ONNX's default too.
    const name = tracer.recorder.op(
      'AveragePool',
      [tracer.inOrder(x, NCHW)],
      permute(info.outShape, NCHW),
      windows(info, kernel),
    );
    return tracer.computed(info.outShape, x.dtype, name, NCHW);
  },
  MaxPoolGrad: (tracer, inputs, attrs) => {
    const x = inputs.input;
    return maxPoolGradient(tracer, inputs.dy, x, poolInfo(x.shape, attrs));
  },
  AvgPoolGrad: (tracer, inputs, attrs) =>
    avgPoolGradient(tracer, inputs.dy, poolInfo(inputs.input.shape, attrs)),
};
