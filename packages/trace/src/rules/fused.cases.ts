import * as tf from '@tensorflow/tfjs-core';
import { type RuleCase, type RuleCases, SUMS } from '../../../../tests/support/rule-cases.ts';
import { values } from '../../../../tests/support/trace-and-run.ts';

const activations = ['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu'] as const;

const each = (make: (activation: tf.fused.Activation) => Omit<RuleCase, 'what'>): RuleCase[] =>
  activations.map((activation) => ({ what: activation, tolerance: SUMS, ...make(activation) }));

export const fusedCases: RuleCases = {
  FusedConv2D: each((activation) => ({
    run: (x: tf.Tensor4D, filter: tf.Tensor4D, bias: tf.Tensor, preluActivationWeights: tf.Tensor) =>
      tf.fused.conv2d({
        x,
        filter,
        strides: 2,
        pad: 'same',
        bias,
        activation,
        preluActivationWeights,
        leakyreluAlpha: 0.3,
      }),
    inputs: [values([2, 5, 6, 3]), values([3, 3, 3, 4], 2), values([4], 3), values([4], 4)],
  })),
  FusedDepthwiseConv2D: each((activation) => ({
    run: (x: tf.Tensor4D, filter: tf.Tensor4D, bias: tf.Tensor, preluActivationWeights: tf.Tensor) =>
      tf.fused.depthwiseConv2d({
        x,
        filter,
        strides: 1,
        pad: 'valid',
        bias,
        activation,
        preluActivationWeights,
        leakyreluAlpha: 0.3,
      }),
    inputs: [values([2, 5, 6, 3]), values([3, 3, 3, 2], 2), values([6], 3), values([6], 4)],
  })),
  _FusedMatMul: each((activation) => ({
    run: (a: tf.Tensor, b: tf.Tensor, bias: tf.Tensor, preluActivationWeights: tf.Tensor) =>
      tf.fused.matMul({
        a,
        b,
        transposeB: true,
        bias,
        activation,
        preluActivationWeights,
        leakyreluAlpha: 0.3,
      }),
    inputs: [values([3, 4]), values([5, 4], 2), values([5], 3), values([5], 4)],
  })),
  FusedBatchNorm: [true, false].flatMap((scaled) =>
    [true, false].map(
      (shifted): RuleCase => ({
        what: `${scaled ? 'with' : 'without'} scale, ${shifted ? 'with' : 'without'} offset`,
        run: (
          x: tf.Tensor4D,
          mean: tf.Tensor1D,
          variance: tf.Tensor1D,
          scale: tf.Tensor1D,
          offset: tf.Tensor1D,
        ) =>
          tf.batchNorm(
            tf.conv2d(x, tf.ones([1, 1, 3, 3]), 1, 'valid'),
            mean,
            tf.square(variance),
            shifted ? offset : undefined,
            scaled ? scale : undefined,
            1e-3,
          ),
        inputs: [values([2, 3, 4, 3]), values([3], 2), values([3], 3), values([3], 4), values([3], 5)],
        tolerance: 2e-5, // dividing by the standard deviation magnifies the rounding of x − mean
      }),
    ),
  ),
};
