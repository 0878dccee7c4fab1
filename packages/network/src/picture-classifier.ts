import * as tf from '@tensorflow/tfjs-core';
import type { Classifier } from './classifier.ts';
import { conv, linear, norm } from './layers.ts';
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
  /** K. Default 96. */
  readonly features?: number;
}

/**
 * Makes a classifier of 32×32 pictures in colour with alpha: four convolutions with group normalization and ReLU, a
 * hidden layer and the class scores. It uses strides instead of pooling, so that every pixel contributes.
 *
 * Its input is `[B, 4, 32, 32]`: red, green and blue, multiplied by alpha, and alpha. Values are scaled from [0, 1] to
 * [−1, 1], so a transparent pixel is −1 in all channels.
 */
export function createPictureClassifier({ classes, features = 96 }: PictureClassifierConfig): Classifier {
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
  const hidden = linear(parameters, 'hidden', flat, features);
  const output = linear(parameters, 'output', features, classes);
  return {
    parameters: parameters.specs,
    imageShape: { channels: CHANNELS, height: SIDE, width: SIDE },
    classes,
    features,
    forward(weights, images) {
      let x = tf.transpose(images, [0, 2, 3, 1]) as tf.Tensor4D; // [B, C, H, W] -> [B, H, W, C]
      for (const { convolve, normalize } of stages) x = tf.relu(normalize(weights, convolve(weights, x)));
      const rows = tf.reshape(tf.transpose(x, [0, 3, 1, 2]), [-1, flat]) as tf.Tensor2D; // [B, 4, 4, C] -> [B, C*16]
      const features = tf.relu(hidden(weights, rows));
      return { features, logits: output(weights, features) };
    },
  };
}
