import * as tf from '@tensorflow/tfjs-core';
import { fromHeads, toHeads } from '../blocks.ts';
import { gelu } from '../gelu.ts';
import { conv, type Layer, layerNorm, linear, norm } from '../layers.ts';
import type { ParameterList, Weights } from '../parameters.ts';

/** Letters: B images, H height, W width, C channels, P = H·W pixels. Images are NHWC. */
type Block = Layer<tf.Tensor4D>;

/** ε of GroupNorm and LayerNorm, PyTorch's default. */
const EPSILON = 1e-5;
const HEADS = 4;

interface DoubleConvOptions {
  /** Channels between the two convolutions. Default: the output channels. */
  readonly between?: number;
  /** Whether the input is added to the result, and the sum is activated. Default false. */
  readonly residual?: boolean;
}

/**
 * Makes a convolution, norm, GELU, convolution and norm. Each norm is over the whole image. The convolutions do not have
 * biases.
 */
export function doubleConv(
  parameters: ParameterList,
  name: string,
  inChannels: number,
  outChannels: number,
  { between = outChannels, residual = false }: DoubleConvOptions = {},
): Block {
  const plain = { kernel: 3, bias: false, initializer: 'torchUniform' } as const;
  // The numbers are indices in the reference's sequence of layers. Index 2 is the activation, which has no weights.
  const conv1 = conv(parameters, `${name}.double_conv.0`, inChannels, between, plain);
  const norm1 = norm(parameters, `${name}.double_conv.1`, between, 1, EPSILON);
  const conv2 = conv(parameters, `${name}.double_conv.3`, between, outChannels, plain);
  const norm2 = norm(parameters, `${name}.double_conv.4`, outChannels, 1, EPSILON);
  return (weights, x) => {
    const y = norm2(weights, conv2(weights, gelu(norm1(weights, conv1(weights, x)))));
    return residual ? gelu(tf.add(x, y)) : y;
  };
}

/** Halves height and width with 2×2 max-pooling, then applies two double convolutions. */
export function down(
  parameters: ParameterList,
  name: string,
  inChannels: number,
  outChannels: number,
): Block {
  const first = doubleConv(parameters, `${name}.maxpool_conv.1`, inChannels, inChannels, { residual: true });
  const second = doubleConv(parameters, `${name}.maxpool_conv.2`, inChannels, outChannels);
  return (weights, x) => second(weights, first(weights, tf.maxPool(x, 2, 2, 'valid')));
}

/**
 * Doubles height and width bilinearly, concatenates the skip connection, then applies two double
 * convolutions.
 */
export function up(
  parameters: ParameterList,
  name: string,
  inChannels: number,
  outChannels: number,
): (weights: Weights, x: tf.Tensor4D, skip: tf.Tensor4D) => tf.Tensor4D {
  const first = doubleConv(parameters, `${name}.conv`, inChannels, inChannels, { residual: true });
  const second = doubleConv(parameters, `${name}.conv2`, inChannels, outChannels, {
    between: inChannels / 2,
  });
  return (weights, x, skip) => {
    const [, height, width] = skip.shape;
    const large = tf.image.resizeBilinear(x, [height, width], true);
    return second(weights, first(weights, tf.concat([skip, large], 3)));
  };
}

/**
 * Makes self-attention over the pixels with four heads, and then a feed-forward part, each with a residual
 * connection.
 *
 * @param size height and width of the image
 */
export function selfAttention(
  parameters: ParameterList,
  name: string,
  channels: number,
  size: number,
): Block {
  // One matrix contains the weights of query, key and value. PyTorch initializes it with Xavier's bound for the whole
  // matrix.
  const inWeight = parameters.add({
    name: `${name}.mha.in_proj_weight`,
    shape: [3 * channels, channels],
    initializer: 'fanAverage',
  });
  const inBias = parameters.add({
    name: `${name}.mha.in_proj_bias`,
    shape: [3 * channels],
    initializer: 'zeros',
  });
  const toOut = linear(parameters, `${name}.mha.out_proj`, channels, channels, 'torchUniform', 'zeros');
  const before = layerNorm(parameters, `${name}.ln`, channels, EPSILON);
  const between = layerNorm(parameters, `${name}.ff_self.0`, channels, EPSILON);
  const feed1 = linear(parameters, `${name}.ff_self.1`, channels, channels, 'torchUniform');
  const feed2 = linear(parameters, `${name}.ff_self.3`, channels, channels, 'torchUniform');
  const perHead = channels / HEADS;
  const pixels = size * size;

  return (weights, image) => {
    const x = tf.reshape(image, [-1, channels]) as tf.Tensor2D; // [B, H, W, C] -> [B·P, C]
    // 1. Attention
    const packed = tf.matMul(before(weights, x), inWeight(weights) as tf.Tensor2D, false, true);
    const [q, k, v] = tf
      .split(tf.add(packed, inBias(weights)), 3, 1)
      .map((part) => toHeads(part as tf.Tensor2D, pixels, HEADS, perHead)) as [
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
    ];
    const scores = tf.softmax(tf.matMul(tf.mul(q, 1 / Math.sqrt(perHead)), k, false, true)); // [B·heads, P, P]
    const mixed = fromHeads(tf.matMul(scores, v), pixels, HEADS, perHead);
    const attended = tf.add(toOut(weights, mixed), x) as tf.Tensor2D;
    // 2. Feed-forward
    const fed = feed2(weights, gelu(feed1(weights, between(weights, attended))));
    return tf.reshape(tf.add(fed, attended), [-1, size, size, channels]);
  };
}
