import * as tf from '@tensorflow/tfjs-core';
import { type RuleCase, type RuleCases, SUMS } from '../../../../tests/support/rule-cases.ts';
import { values } from '../../../../tests/support/trace-and-run.ts';
import {
  dilated,
  eachGeometry,
  type Geometry,
  geometries,
  inputsOf,
  kernelOf,
  large,
  outShape,
} from './conv-geometry.cases.ts';

/** Runs a convolution by its tfjs op. */
function convolve(x: tf.Tensor, filter: tf.Tensor, geometry: Geometry): tf.Tensor4D {
  const { stride = 1, pad = 'same', dilation = 1, round } = geometry;
  return tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, stride, pad, 'NHWC', dilation, round);
}

/** Attributes that tfjs passes to the gradient kernels. */
const gradientAttrs = ({ stride = 1, pad = 'same', round }: Geometry): tf.NamedAttrMap => ({
  strides: stride,
  pad,
  dataFormat: 'NHWC',
  ...(round === undefined ? {} : { dimRoundingMode: round }),
});

export const inputGradientOf = (geometry: Geometry): ReturnType<typeof kernelOf> =>
  kernelOf(tf.Conv2DBackpropInput, ['dy', 'filter'], {
    ...gradientAttrs(geometry),
    inputShape: [...geometry.image],
  });

export const filterGradientOf = (geometry: Geometry): ReturnType<typeof kernelOf> =>
  kernelOf(tf.Conv2DBackpropFilter, ['x', 'dy'], {
    ...gradientAttrs(geometry),
    filterShape: [...geometry.kernel],
  });

const filterGradientCase = (geometry: Geometry): Omit<RuleCase, 'what' | 'tolerance'> => ({
  run: filterGradientOf(geometry),
  inputs: [values(geometry.image, 1), values(outShape(geometry), 3)],
});

export const convCases: RuleCases = {
  Conv2D: [
    ...eachGeometry([...geometries, ...dilated], (geometry) => ({
      run: (x: tf.Tensor, filter: tf.Tensor) => convolve(x, filter, geometry),
      inputs: inputsOf(geometry),
    })),
    {
      what: 'the result of another convolution',
      run: (x: tf.Tensor, a: tf.Tensor, b: tf.Tensor) =>
        convolve(tf.relu(convolve(x, a, { image: [1, 1, 1, 1], kernel: [1, 1, 1, 1] })), b, {
          image: [1, 1, 1, 1],
          kernel: [1, 1, 1, 1],
          stride: 2,
        }),
      inputs: [values([2, 5, 7, 3]), values([3, 3, 3, 4], 2), values([3, 3, 4, 2], 3)],
      tolerance: SUMS,
    },
    {
      what: 'of channels-first input, as in PyTorch',
      run: (x: tf.Tensor, filter: tf.Tensor) =>
        tf.transpose(
          tf.conv2d(
            tf.transpose(x as tf.Tensor4D, [0, 2, 3, 1]),
            tf.transpose(filter as tf.Tensor4D, [2, 3, 1, 0]),
            1,
            'same',
          ),
          [0, 3, 1, 2],
        ),
      inputs: [values([2, 3, 5, 7]), values([4, 3, 3, 3], 2)],
      tolerance: SUMS,
    },
    ...[0, 1].map((constant) => ({
      what: `after padding with ${constant}`,
      run: (x: tf.Tensor, filter: tf.Tensor) => {
        const margins: [number, number][] = [
          [0, 0],
          [0, 1],
          [0, 1],
          [0, 0],
        ];
        return tf.conv2d(tf.pad(x as tf.Tensor4D, margins, constant), filter as tf.Tensor4D, 2, 'valid');
      },
      inputs: [values([1, 6, 6, 2]), values([3, 3, 2, 3], 2)],
      tolerance: SUMS,
    })),
  ],
  Conv2DBackpropInput: eachGeometry(geometries, (geometry) => ({
    run: inputGradientOf(geometry),
    inputs: [values(outShape(geometry), 3), values(geometry.kernel, 2)],
  })),
  Conv2DBackpropFilter: [
    ...eachGeometry(geometries, filterGradientCase),
    // Each value is a sum of up to 1300 products.
    ...eachGeometry(large, filterGradientCase).map((each) => ({ ...each, tolerance: 4 * SUMS })),
  ],
};
