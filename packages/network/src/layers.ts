import { plural } from '@isonoise/error';
import { groupNorm } from '@isonoise/ops';
import * as tf from '@tensorflow/tfjs-core';
import type { Initializer, ParameterList, Weights } from './parameters.ts';
import { configError } from './parse-config.ts';
import { wrapEdges } from './wrap.ts';

/**
 * A layer of a network, as a function. The functions that make layers also register their parameters.
 *
 * Letters: B images, H height, W width, C channels, K features. Images are NHWC, as in tfjs.
 */
export type Layer<X extends tf.Tensor, Y extends tf.Tensor = X> = (weights: Weights, x: X) => Y;

/** Pixels added at top, left, bottom, right. */
type Padding = readonly [number, number, number, number];

export interface ConvOptions {
  readonly kernel: number;
  readonly stride?: number;
  readonly padding?: Padding;
  readonly bias?: boolean;
  /** Whether the padding repeats the opposite edge of the image; otherwise it is zero. Default false. */
  readonly wrap?: boolean;
  readonly initializer?: Initializer;
}

/** Creates a convolution, `[B, H, W, in] -> [B, H', W', out]`. */
export function conv(
  parameters: ParameterList,
  name: string,
  inChannels: number,
  outChannels: number,
  { kernel, stride = 1, padding, bias = true, wrap = false, initializer = 'fanAverage' }: ConvOptions,
): Layer<tf.Tensor4D> {
  const half = (kernel - 1) / 2;
  const pads = padding ?? ([half, half, half, half] as const);
  const weight = parameters.add({
    name: `${name}.weight`,
    shape: [outChannels, inChannels, kernel, kernel],
    initializer,
  });
  const shift = bias
    ? parameters.add({
        name: `${name}.bias`,
        shape: [outChannels],
        ...biasOf(initializer, inChannels * kernel ** 2),
      })
    : undefined;
  return (weights, x) => {
    const filter = tf.transpose(weight(weights), [2, 3, 1, 0]) as tf.Tensor4D; // [O, I, kh, kw] -> [kh, kw, I, O]
    const convolve = (image: tf.Tensor4D, pad: 'same' | 'valid'): tf.Tensor4D =>
      tf.conv2d(image, filter, stride, pad);
    const y = wrap ? convolve(wrapEdges(x, pads), 'valid') : padded(x, kernel, stride, pads, convolve);
    return shift ? tf.add(y, shift(weights)) : y;
  };
}

/**
 * Runs a convolution with given pads. tfjs-node does not support explicit padding in gradients. Therefore the mode `same`
 * is used if it has these pads; otherwise the image is padded first.
 */
function padded(
  x: tf.Tensor4D,
  kernel: number,
  stride: number,
  [top, left, bottom, right]: Padding,
  convolve: (x: tf.Tensor4D, pad: 'same' | 'valid') => tf.Tensor4D,
): tf.Tensor4D {
  const [, height, width] = x.shape;
  const isSame = (size: number, before: number, after: number): boolean => {
    const total = Math.max((Math.ceil(size / stride) - 1) * stride + kernel - size, 0);
    return before === Math.floor(total / 2) && after === total - before;
  };
  if (isSame(height, top, bottom) && isSame(width, left, right)) return convolve(x, 'same');
  const border: [number, number][] = [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
  return convolve(tf.pad(x, border) as tf.Tensor4D, 'valid');
}

/** Creates a linear layer over the last axis, `[rows, in] -> [rows, out]`. */
export function linear(
  parameters: ParameterList,
  name: string,
  inFeatures: number,
  outFeatures: number,
  initializer: Initializer = 'fanAverage',
  biasInitializer?: Initializer,
): Layer<tf.Tensor2D> {
  const weight = parameters.add({ name: `${name}.weight`, shape: [outFeatures, inFeatures], initializer });
  const bias = parameters.add({
    name: `${name}.bias`,
    shape: [outFeatures],
    ...(biasInitializer ? { initializer: biasInitializer } : biasOf(initializer, inFeatures)),
  });
  return (weights, x) => tf.add(tf.matMul(x, weight(weights) as tf.Tensor2D, false, true), bias(weights));
}

/** Returns the initializer of a bias. PyTorch uses the same bound as for the weight; Ho et al. use zero. */
function biasOf(initializer: Initializer, fanIn: number): { initializer: Initializer; fanIn?: number } {
  return initializer === 'torchUniform' ? { initializer, fanIn } : { initializer: 'zeros' };
}

/** Creates a group normalization with learned scale and shift. */
export function norm(
  parameters: ParameterList,
  name: string,
  channels: number,
  groups: number,
  epsilon: number,
): Layer<tf.Tensor4D> {
  if (groups < 1 || channels % groups !== 0) {
    throw configError([
      `${name} has ${plural(channels, 'channel')} and ${plural(groups, 'group')}; expected a multiple of the number of groups`,
    ]);
  }
  const gamma = parameters.add({ name: `${name}.weight`, shape: [channels], initializer: 'ones' });
  const beta = parameters.add({ name: `${name}.bias`, shape: [channels], initializer: 'zeros' });
  return (weights, x) =>
    groupNorm(x, gamma(weights) as tf.Tensor1D, beta(weights) as tf.Tensor1D, { groups, epsilon });
}

/**
 * Creates a layer normalization of each row to mean 0 and variance 1, with learned scale and shift, `[rows, K] ->
 * [rows, K]`. It uses the kernel of `norm`: a row is an image of one pixel whose channels form one group.
 *
 * @see Ba et al. 2016, arXiv 1607.06450
 */
export function layerNorm(
  parameters: ParameterList,
  name: string,
  features: number,
  epsilon: number,
): Layer<tf.Tensor2D> {
  const normalize = norm(parameters, name, features, 1, epsilon);
  return (weights, x) => tf.reshape(normalize(weights, tf.reshape(x, [-1, 1, 1, features])), [-1, features]);
}

/** Creates a layer that returns a learned vector for each class, `[B] -> [B, K]`. */
export function embedding(
  parameters: ParameterList,
  name: string,
  classes: number,
  features: number,
): Layer<tf.Tensor1D, tf.Tensor2D> {
  const table = parameters.add({ name: `${name}.weight`, shape: [classes, features], initializer: 'normal' });
  return (weights, labels) => tf.gather(table(weights) as tf.Tensor2D, labels);
}

/**
 * Creates a layer that adds embeddings, of tags for example, with the weights of each row, `[rows, tags] -> [rows, K]`.
 */
export function weightedEmbedding(
  parameters: ParameterList,
  name: string,
  tags: number,
  features: number,
): Layer<tf.Tensor2D> {
  const table = parameters.add({ name: `${name}.weight`, shape: [tags, features], initializer: 'normal' });
  return (weights, rows) => tf.matMul(rows, table(weights) as tf.Tensor2D);
}
