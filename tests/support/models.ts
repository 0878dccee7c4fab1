import { createUNet2D, type Network, parseUNet2DConfig } from '@isonoise/network';
import { registerGradients } from '@isonoise/ops';
import * as tf from '@tensorflow/tfjs-core';
import { float32, int32, type Values, values } from './trace-and-run.ts';

registerGradients();

/** A network with a loss, small enough for gradients on tfjs's cpu backend. */
export interface TrainedModel {
  readonly name: string;
  readonly weights: readonly Values[];
  /** Returns the inputs besides the weights, for a batch size. */
  data(batch: number): readonly Values[];
  forward(weights: readonly tf.Tensor[], data: readonly tf.Tensor[]): tf.Tensor;
  loss(weights: readonly tf.Tensor[], data: readonly tf.Tensor[]): tf.Scalar;
}

/** Returns uniform weights with variance 1 / `inputs`, which keeps activations near 1. */
function weight(shape: readonly number[], seed: number, inputs: number): Values {
  const scale = Math.sqrt(1 / inputs) / 0.87; // 0.87 is the standard deviation of values in ±1.5
  return float32(
    shape,
    values(shape, seed).values.map((x) => x * scale),
  );
}

const around = (shape: readonly number[], seed: number, centre: number): Values =>
  float32(
    shape,
    values(shape, seed).values.map((x) => centre + 0.1 * x),
  );

/** Batch normalization over images and pixels, made of standard ops. */
function batchNorm(x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor): tf.Tensor {
  const { mean, variance } = tf.moments(x, [0, 1, 2], true);
  return tf.add(tf.mul(tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, 1e-3))), gamma), beta);
}

/**
 * A classifier with convolution, batch normalization, depthwise
 * convolution, both poolings, dense layers and softmax.
 */
export const classifier: TrainedModel = {
  name: 'classifier',
  weights: [
    weight([3, 3, 2, 4], 1, 18),
    around([4], 2, 1),
    around([4], 3, 0),
    weight([3, 3, 4, 2], 4, 9),
    weight([2 * 2 * 8, 6], 5, 32),
    around([6], 6, 0),
    weight([6, 3], 7, 6),
  ],
  data: (batch) => [
    values([batch, 9, 9, 2], 8),
    int32(
      [batch],
      Array.from({ length: batch }, (_, i) => i % 3),
    ),
  ],
  forward: (weights, data) => tf.softmax(logits(weights, data)),
  loss(weights, data) {
    const picked = tf.mul(tf.oneHot(data[1] as tf.Tensor1D, 3), tf.log(tf.softmax(logits(weights, data))));
    return tf.neg(tf.mean(tf.sum(picked, 1))) as tf.Scalar;
  },
};

function logits(weights: readonly tf.Tensor[], [x]: readonly tf.Tensor[]): tf.Tensor {
  const [conv, gamma, beta, depthwise, dense, bias, last] = weights as [
    tf.Tensor4D,
    tf.Tensor,
    tf.Tensor,
    tf.Tensor4D,
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
  ];
  const a = tf.relu(batchNorm(tf.conv2d(x as tf.Tensor4D, conv, 1, 'same'), gamma, beta)); // [B, 9, 9, 4]
  const b = tf.sigmoid(tf.depthwiseConv2d(tf.maxPool(a as tf.Tensor4D, 2, 2, 'valid'), depthwise, 1, 'same')); // [B, 4, 4, 8]
  const c = tf.reshape(tf.avgPool(b as tf.Tensor4D, 2, 2, 'valid'), [-1, 32]);
  return tf.matMul(tf.tanh(tf.add(tf.matMul(c, dense), bias)), last);
}

const networkConfig = parseUNet2DConfig({
  sample_size: 8,
  in_channels: 2,
  out_channels: 2,
  block_out_channels: [8, 12],
  down_block_types: ['DownBlock2D', 'AttnDownBlock2D'],
  up_block_types: ['AttnUpBlock2D', 'UpBlock2D'],
  norm_num_groups: 4,
  attention_head_dim: 6,
  num_class_embeds: 3,
  downsample_padding: 0,
});

const network: Network = createUNet2D(networkConfig);

function fanIn(shape: readonly number[]): number {
  return shape.slice(1).reduce((product, size) => product * size, 1);
}

/** A U-Net with every kind of layer. All weights differ from zero, so that every gradient does too. */
export const smallUNet: TrainedModel = {
  name: 'unet',
  weights: network.parameters.map(({ shape, initializer }, i) =>
    shape.length === 1
      ? around(shape, i + 1, initializer === 'ones' ? 1 : 0)
      : weight(shape, i + 1, initializer === 'normal' ? 1 : fanIn(shape)),
  ),
  data: (batch) => [
    values([batch, 2, 8, 8], 1001),
    float32(
      [batch],
      Array.from({ length: batch }, (_, i) => 37 * i + 5),
    ),
    int32(
      [batch],
      Array.from({ length: batch }, (_, i) => i % 3),
    ),
  ],
  forward: (weights, [sample, timestep, classLabels]) =>
    network.forward(weights, {
      sample: sample as tf.Tensor4D,
      timestep: timestep as tf.Tensor1D,
      classLabels: classLabels as tf.Tensor1D,
    }),
  loss: (weights, data) => tf.mean(tf.square(tf.sub(smallUNet.forward(weights, data), 0.5))) as tf.Scalar,
};

/** Returns a function of weights and data that computes the loss and the gradient of every weight. */
export const lossAndGradients =
  (model: TrainedModel) =>
  (...tensors: tf.Tensor[]): tf.Tensor[] => {
    const [weights, data] = [tensors.slice(0, model.weights.length), tensors.slice(model.weights.length)];
    const { value, grads } = tf.valueAndGrads((...w: tf.Tensor[]) => model.loss(w, data))(weights);
    return [value, ...grads];
  };

/** Returns a function that computes the weights after some steps of gradient descent. */
export const descend =
  (model: TrainedModel, steps: number, rate: number) =>
  (...tensors: tf.Tensor[]): tf.Tensor[] => {
    const data = tensors.slice(model.weights.length);
    let weights = tensors.slice(0, model.weights.length);
    for (let step = 0; step < steps; step++) {
      const [, ...grads] = lossAndGradients(model)(...weights, ...data);
      weights = weights.map((w, i) => tf.sub(w, tf.mul(grads[i] as tf.Tensor, rate)));
    }
    return weights;
  };
