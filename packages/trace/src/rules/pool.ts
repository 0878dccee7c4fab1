import * as tf from '@tensorflow/tfjs-core';
import { unsupported } from '../errors.ts';
import { NCHW, permute, type Shape } from '../layout.ts';
import { type Attributes, ints } from '../recorder.ts';
import type { Tracer } from '../tracer.ts';
import type { TracedValue } from '../value.ts';
import { input, type RuleTable } from './rule.ts';

type PoolInfo = ReturnType<typeof tf.backend_util.computePool2DInfo>;

function poolInfo(x: Shape, { filterSize, strides, pad, dimRoundingMode }: tf.NamedAttrMap): PoolInfo {
  return tf.backend_util.computePool2DInfo(
    [...x] as [number, number, number, number],
    filterSize as number,
    strides as number,
    1,
    pad as 'same',
    dimRoundingMode as 'floor',
  );
}

const windows = ({
  filterHeight,
  filterWidth,
  strideHeight,
  strideWidth,
  padInfo,
}: PoolInfo): Attributes => ({
  kernel_shape: ints([filterHeight, filterWidth]),
  strides: ints([strideHeight, strideWidth]),
  pads: ints([padInfo.top, padInfo.left, padInfo.bottom, padInfo.right]),
});

function pool(tracer: Tracer, opType: string, x: TracedValue, info: PoolInfo): TracedValue {
  // tfjs leaves padding out of an average, which is ONNX's default too.
  const name = tracer.recorder.op(
    opType,
    [tracer.inOrder(x, NCHW)],
    permute(info.outShape, NCHW),
    windows(info),
  );
  return tracer.computed(info.outShape, x.dtype, name, NCHW);
}

/**
 * dx of MaxPool. Each window's gradient goes to the pixel that won it: MaxUnpool with the indices of MaxPool does just
 * that, where windows do not overlap (overlapping ones would have to add up).
 */
function maxPoolGradient(tracer: Tracer, dy: TracedValue, x: TracedValue, info: PoolInfo): TracedValue {
  const { filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = info;
  const apart = filterHeight <= strideHeight && filterWidth <= strideWidth;
  const padded = padInfo.top + padInfo.left + padInfo.bottom + padInfo.right > 0;
  if (!apart || padded) {
    const got = { filterSize: [filterHeight, filterWidth], strides: [strideHeight, strideWidth], padInfo };
    throw unsupported(tf.MaxPoolGrad, 'windows', got, 'unpadded windows that do not overlap');
  }
  const { recorder } = tracer;
  const [pooled, whole] = [permute(info.outShape, NCHW), permute(x.shape, NCHW)];
  const [, indices] = recorder.ops('MaxPool', [tracer.inOrder(x, NCHW)], [pooled, pooled], windows(info));
  const name = recorder.op(
    'MaxUnpool',
    [tracer.inOrder(dy, NCHW), indices as string, recorder.int64(whole)],
    whole,
    { kernel_shape: ints([filterHeight, filterWidth]), strides: ints([strideHeight, strideWidth]) },
  );
  return tracer.computed(x.shape, 'float32', name, NCHW);
}

/** Pooling and its gradient. */
export const poolRules: RuleTable = {
  [tf.MaxPool]: (tracer, inputs, attrs) => {
    const x = input(inputs, 'x');
    const info = poolInfo(x.shape, attrs);
    const pooled = permute(info.outShape, NCHW);
    // With indices, so that the gradient's MaxPool is this very node; passes drop an output that nobody uses.
    const [name] = tracer.recorder.ops('MaxPool', [tracer.inOrder(x, NCHW)], [pooled, pooled], windows(info));
    return tracer.computed(info.outShape, x.dtype, name as string, NCHW);
  },
  [tf.AvgPool]: (tracer, inputs, attrs) => {
    const x = input(inputs, 'x');
    return pool(tracer, 'AveragePool', x, poolInfo(x.shape, attrs));
  },
  [tf.MaxPoolGrad]: (tracer, inputs, attrs) => {
    const x = input(inputs, 'input');
    return maxPoolGradient(tracer, input(inputs, 'dy'), x, poolInfo(x.shape, attrs));
  },
};
