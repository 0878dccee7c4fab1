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

/**
 * Returns the attributes of a pooling operator.
 * @throws TRACE_ATTRIBUTE_UNSUPPORTED if a window can lie entirely in the padding, because ONNX Runtime does not load
 *   such a graph
 */
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

/** Rejects types other than float32, because ONNX Runtime pools only floats. */
function requireFloat(x: TracedValue, kernel: string): void {
  if (x.dtype !== 'float32') throw unsupported(kernel, 'an image of type', x.dtype, 'float32: cast it');
}

/**
 * Writes dx of MaxPool. MaxUnpool, with the indices of MaxPool, moves the gradient of each window to its maximum. It
 * supports only disjoint windows, because it does not add the gradients of overlapping windows.
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
  // A window that contains only NaN and −∞ has no maximum, so its gradient is not passed on.
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

/**
 * The second smallest finite float32. ONNX Runtime finds the index of a maximum only if that maximum is above
 * the smallest finite float32.
 */
const LOW = -3.4028232635611926e38;

/** Writes the comparison of each value with LOW, which is false for NaN and −∞; returns its name. */
function isNumber({ recorder }: Tracer, name: string): string {
  return recorder.op('Greater', [name, recorder.scalar(LOW)], recorder.shapeOf(name));
}

/**
 * Writes a MaxPool that skips NaN, as tfjs does. The result of ONNX Runtime for NaN depends on the order of the pixels.
 * NaN and −∞ are replaced by LOW, so a result of LOW means that the window contains only these. The node also returns
 * the indices, which the gradient needs; a pass removes them if they are unused.
 *
 * @returns names of the maxima and of their indices, in NCHW
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

/**
 * Writes dx of AvgPool: the gradient of each window is divided by the number of pixels in the window and distributed
 * over these pixels.
 */
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

/** Makes 1 / (number of image pixels in each window), `[1, OH, OW, 1]`. Padding does not count. */
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
    // tfjs does not count padding in an average; by default, ONNX does not count it either.
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
