import * as tf from '@tensorflow/tfjs-core';
import type { Classifier } from './classifier.ts';
import { conv, layerNorm, linear, norm } from './layers.ts';
import { ParameterList } from './parameters.ts';

/** Side of the pictures. */
const SIDE = 32;
/** Red, green and blue, multiplied by alpha, and alpha. */
const CHANNELS = 4;
/** Convolutions in order: output channels, size of the kernel, stride. */
const STAGES = [
  [32, 5, 2],
  [48, 3, 1],
  [96, 3, 2],
  [64, 3, 2],
] as const;
/** Number of channels in a group of the group normalization. */
const GROUP = 8;

export interface PictureClassifierConfig {
  readonly classes: number;
  /** Width of the hidden layer. Default 96. */
  readonly hidden?: number;
}

/**
 * Makes a classifier of 32×32 pictures in colour with alpha: four convolutions with group normalization and ReLU, a
 * hidden layer and the class scores. It uses strides instead of pooling, so that every pixel contributes. Its features
 * are the outputs of the hidden layer, followed by the mean and the deviation of each channel of each convolution.
 * Features are never negative.
 *
 * Its input is `[B, 4, 32, 32]`: red, green and blue, multiplied by alpha, and alpha. Values are scaled from [0, 1] to
 * [−1, 1], so a transparent pixel is −1 in all channels.
 */
export function createPictureClassifier({ classes, hidden = 96 }: PictureClassifierConfig): Classifier {
  const parameters = new ParameterList();
  let channels: number = CHANNELS;
  let side = SIDE;
  const stages = STAGES.map(([out, kernel, stride], i) => {
    const half = (kernel - 1) / 2;
    const convolve = conv(parameters, `conv${i + 1}`, channels, out, {
      kernel,
      stride,
      padding: [half, half, half, half],
      bias: false,
    });
    const normalize = norm(parameters, `norm${i + 1}`, out, out / GROUP, 1e-5);
    [channels, side] = [out, side / stride];
    return { convolve, normalize };
  });
  const flat = channels * side * side;
  const toHidden = linear(parameters, 'hidden', flat, hidden);
  // Without a normalization, most units of the hidden layer soon return 0 for all pictures and no longer learn.
  const normalizeHidden = layerNorm(parameters, 'hidden_norm', hidden, 1e-5);
  const output = linear(parameters, 'output', hidden, classes);
  return {
    parameters: parameters.specs,
    imageShape: { channels: CHANNELS, height: SIDE, width: SIDE },
    classes,
    features: hidden + STAGES.reduce((sum, [out]) => sum + 2 * out, 0),
    forward(weights, images) {
      let x = tf.transpose(images, [0, 2, 3, 1]) as tf.Tensor4D; // [B, C, H, W] -> [B, H, W, C]
      const outputs = stages.map(({ convolve, normalize }) => {
        x = tf.relu(normalize(weights, convolve(weights, x)));
        return x;
      });
      const rows = tf.reshape(tf.transpose(x, [0, 3, 1, 2]), [-1, flat]) as tf.Tensor2D; // [B, 4, 4, C] -> [B, C*16]
      const units = tf.relu(normalizeHidden(weights, toHidden(weights, rows)));
      const summaries = outputs.flatMap(meanAndDeviation);
      return { features: tf.concat([units, ...summaries], 1), logits: output(weights, units) };
    },
  };
}

/** Returns the mean and the standard deviation of each channel over all pixels: `[B, H, W, C] -> [B, C]`. */
function meanAndDeviation(x: tf.Tensor4D): [tf.Tensor2D, tf.Tensor2D] {
  const mean = tf.mean(x, [1, 2], true);
  const variance = tf.mean(tf.square(tf.sub(x, mean)), [1, 2]);
  return [tf.squeeze(mean, [1, 2]), tf.sqrt(variance) as tf.Tensor2D];
}
