import { groupNorm, silu, upsampleNearest } from '@isonoise/ops';
import * as tf from '@tensorflow/tfjs-core';
import { type ConvOptions, conv, type Layer, linear } from '../layers.ts';
import type { ParameterList, Weights } from '../parameters.ts';

/** Letters: B images, H height, W width, C channels. Images are NHWC. */
type Block = Layer<tf.Tensor4D>;

const INITIAL = 'torchUniform';

/** Creates a convolution with the initial weights of PyTorch. */
export const plainConv = (
  parameters: ParameterList,
  name: string,
  inChannels: number,
  outChannels: number,
  options: ConvOptions,
): Block => conv(parameters, name, inChannels, outChannels, { initializer: INITIAL, ...options });

/** Creates a linear layer with the initial weights of PyTorch. */
export const plainLinear = (
  parameters: ParameterList,
  name: string,
  inFeatures: number,
  outFeatures: number,
): Layer<tf.Tensor2D> => linear(parameters, name, inFeatures, outFeatures, INITIAL);

/** Square of the least length by which PyTorch's `normalize` divides. */
const LEAST_SQUARE = 1e-24;

/**
 * Creates a normalization of the channels of each pixel: x · √C · g / |x|.
 *
 * The numbers x and −x together have the mean 0, so their standard deviation is |x| / √C. The kernel of the other norms
 * therefore computes x · √C / |x|. A sum over channels in ONNX Runtime would round differently in other batches.
 *
 * Source: Zhang & Sennrich 2019, arXiv 1910.07467.
 */
export function rmsNorm(parameters: ParameterList, name: string, channels: number): Block {
  const gain = parameters.add({ name: `${name}.g`, shape: [1, channels, 1, 1], initializer: 'ones' });
  const attrs = { groups: 1, epsilon: LEAST_SQUARE / channels };
  return (weights, x) => {
    const [, height, width] = x.shape;
    const both = tf.reshape(tf.concat([x, tf.neg(x)], 3), [-1, 1, 1, 2 * channels]) as tf.Tensor4D; // [B·H·W, 1, 1, 2C]
    const unit = groupNorm(both, tf.ones([2 * channels]), tf.zeros([2 * channels]), attrs);
    const half = tf.reshape(tf.slice(unit, [0, 0, 0, 0], [-1, 1, 1, channels]), [
      -1,
      height,
      width,
      channels,
    ]);
    return tf.mul(half, tf.reshape(gain(weights), [1, 1, 1, channels]));
  };
}

export type TimedBlock = (weights: Weights, x: tf.Tensor4D, time: tf.Tensor2D) => tf.Tensor4D;

/**
 * Makes a residual block of two convolutions, each with a norm and SiLU after it. The time scales and shifts the first
 * norm.
 *
 * @param features length of the time embedding, which is passed after SiLU
 */
export function resnetBlock(
  parameters: ParameterList,
  name: string,
  inChannels: number,
  outChannels: number,
  features: number,
): TimedBlock {
  const project = plainLinear(parameters, `${name}.mlp.1`, features, 2 * outChannels);
  const conv1 = plainConv(parameters, `${name}.block1.proj`, inChannels, outChannels, { kernel: 3 });
  const norm1 = rmsNorm(parameters, `${name}.block1.norm`, outChannels);
  const conv2 = plainConv(parameters, `${name}.block2.proj`, outChannels, outChannels, { kernel: 3 });
  const norm2 = rmsNorm(parameters, `${name}.block2.norm`, outChannels);
  const shortcut =
    inChannels === outChannels
      ? undefined
      : plainConv(parameters, `${name}.res_conv`, inChannels, outChannels, { kernel: 1 });
  return (weights, x, time) =>
    tf.tidy(() => {
      const projected = tf.reshape(project(weights, time), [-1, 1, 1, 2 * outChannels]); // [B, 2C] -> [B, 1, 1, 2C]
      const part = (start: number): tf.Tensor =>
        tf.slice(projected, [0, 0, 0, start], [-1, 1, 1, outChannels]);
      const first = tf.add(
        tf.mul(norm1(weights, conv1(weights, x)), tf.add(part(0), 1)),
        part(outChannels),
      ) as tf.Tensor4D;
      const second = silu(norm2(weights, conv2(weights, silu(first))));
      return tf.add(second, shortcut ? shortcut(weights, x) : x);
    });
}

/**
 * Halves height and width: the four pixels of a square become channels, which a convolution of one pixel mixes. This is
 * a convolution of 2×2 pixels with a stride of 2.
 */
export function downsample(
  parameters: ParameterList,
  name: string,
  inChannels: number,
  outChannels: number,
): Block {
  const weight = parameters.add({
    name: `${name}.1.weight`,
    shape: [outChannels, 4 * inChannels, 1, 1],
    initializer: INITIAL,
  });
  const bias = parameters.add({
    name: `${name}.1.bias`,
    shape: [outChannels],
    initializer: INITIAL,
    fanIn: 4 * inChannels,
  });
  return (weights, x) => {
    const kernel = tf.reshape(weight(weights), [outChannels, inChannels, 2, 2]);
    const filter = tf.transpose(kernel, [2, 3, 1, 0]) as tf.Tensor4D; // [O, I, kh, kw] -> [kh, kw, I, O]
    return tf.add(tf.conv2d(x, filter, 2, 'valid'), bias(weights));
  };
}

/** Doubles height and width by repeating pixels, then applies a convolution. */
export function upsample(
  parameters: ParameterList,
  name: string,
  inChannels: number,
  outChannels: number,
): Block {
  const layer = plainConv(parameters, `${name}.1`, inChannels, outChannels, { kernel: 3 });
  return (weights, x) => layer(weights, upsampleNearest(x));
}
