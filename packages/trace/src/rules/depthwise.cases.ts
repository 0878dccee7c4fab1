import * as tf from '@tensorflow/tfjs-core';
import type { RuleCases } from '../../../../tests/support/rule-cases.ts';
import { values } from '../../../../tests/support/trace-and-run.ts';
import { eachGeometry, type Geometry, inputsOf, kernelOf, outShape } from './conv-geometry.cases.ts';

const depthwise: readonly Geometry[] = [
  { image: [2, 5, 7, 3], kernel: [3, 3, 3, 1] },
  { image: [2, 5, 7, 3], kernel: [3, 3, 3, 2], pad: 'valid' },
  { image: [1, 8, 8, 2], kernel: [3, 3, 2, 1], stride: 2 },
  { image: [1, 7, 7, 2], kernel: [2, 2, 2, 3], stride: 3 },
  { image: [1, 7, 7, 1], kernel: [3, 3, 1, 1], pad: 1 },
];

const dilatedDepthwise: readonly Geometry[] = [{ image: [1, 7, 8, 2], kernel: [3, 3, 2, 2], dilation: 2 }];

const depthwiseConv =
  (geometry: Geometry) =>
  (x: tf.Tensor, filter: tf.Tensor): tf.Tensor => {
    const { stride = 1, pad = 'same', dilation = 1 } = geometry;
    return tf.depthwiseConv2d(
      x as tf.Tensor4D,
      filter as tf.Tensor4D,
      stride,
      pad as 'same',
      'NHWC',
      dilation,
    );
  };

/** Attributes that tfjs passes to the gradient kernels. */
const depthwiseAttrs = ({ stride = 1, pad = 'same', dilation = 1 }: Geometry): tf.NamedAttrMap => ({
  strides: stride,
  pad: pad as string,
  dilations: dilation,
});

export const depthwiseInputGradientOf = (geometry: Geometry): ReturnType<typeof kernelOf> =>
  kernelOf(tf.DepthwiseConv2dNativeBackpropInput, ['dy', 'filter'], {
    ...depthwiseAttrs(geometry),
    inputShape: [...geometry.image],
  });

export const depthwiseFilterGradientOf = (geometry: Geometry): ReturnType<typeof kernelOf> =>
  kernelOf(tf.DepthwiseConv2dNativeBackpropFilter, ['x', 'dy'], {
    ...depthwiseAttrs(geometry),
    filterShape: [...geometry.kernel],
  });

export const depthwiseCases: RuleCases = {
  DepthwiseConv2dNative: eachGeometry([...depthwise, ...dilatedDepthwise], (geometry) => ({
    run: depthwiseConv(geometry),
    inputs: inputsOf(geometry),
  })),
  // tfjs's cpu backend ignores the dilation in both gradients; gradients.test.ts checks dilation by finite
  // differences.
  DepthwiseConv2dNativeBackpropInput: eachGeometry(depthwise, (geometry) => ({
    run: depthwiseInputGradientOf(geometry),
    inputs: [values(outShape(geometry, true), 3), values(geometry.kernel, 2)],
  })),
  DepthwiseConv2dNativeBackpropFilter: eachGeometry(depthwise, (geometry) => ({
    run: depthwiseFilterGradientOf(geometry),
    inputs: [values(geometry.image, 1), values(outShape(geometry, true), 3)],
  })),
};
