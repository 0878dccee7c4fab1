import type { ImageShape } from '@isonoise/schedule';
import * as tf from '@tensorflow/tfjs-core';
import { conv, linear } from './layers.ts';
import { ParameterList, type ParameterSpec, type Weights } from './parameters.ts';
import { configError } from './parse-config.ts';

/**
 * A small classifier. Its last hidden layer computes features of images.
 *
 * Letters: B images, C channels, H height, W width, K features.
 */
export interface Classifier {
  /** Learned tensors, in the order of `Weights`. */
  readonly parameters: readonly ParameterSpec[];
  readonly imageShape: ImageShape;
  readonly classes: number;
  /** K. */
  readonly features: number;
  /**
   * Computes features and class scores.
   *
   * @param images `[B, C, H, W]` in [−1, 1]
   * @returns tensors that the caller disposes of. Intermediate tensors are not disposed of, so run it in `tf.tidy`
   */
  forward(weights: Weights, images: tf.Tensor4D): ClassifierOutputs;
}

export interface ClassifierOutputs {
  /** Output of the last hidden layer, `[B, K]`. */
  readonly features: tf.Tensor2D;
  /** Class scores before the softmax, `[B, classes]`. */
  readonly logits: tf.Tensor2D;
}

export interface ClassifierConfig {
  readonly imageShape: ImageShape;
  readonly classes: number;
  /** Channels of the two convolutions. Default 24 and 48. */
  readonly channels?: readonly [number, number];
  /** K. Default 64. */
  readonly features?: number;
}

/** Height and width of the kernels of the convolutions. */
const KERNEL = 5;

/**
 * Makes a classifier like LeNet-5: two convolutions of 5×5, each followed by ReLU and 2×2 pooling, a hidden layer and
 * the class scores. Unlike LeNet-5, it uses max-pooling, and its convolutions are wider.
 *
 * @throws `NETWORK_CONFIG` if the sides of the images are not multiples of 4, or are below 12
 * @see LeCun et al. 1998, "Gradient-based learning applied to document recognition", section II
 */
export function createClassifier({
  imageShape,
  classes,
  channels: [first, second] = [24, 48],
  features = 64,
}: ClassifierConfig): Classifier {
  const { channels, height, width } = imageShape;
  if ([height, width].some((side) => side % 4 !== 0 || side < 12)) {
    throw configError([
      `classifier: the images are ${height}×${width}; expected sides that are multiples of 4 and at least 12`,
    ]);
  }
  const parameters = new ParameterList();
  // The first convolution keeps the size. The second removes a border of 2 pixels. Each pooling halves the size.
  const pooled = (side: number): number => (side / 2 - (KERNEL - 1)) / 2;
  const conv1 = conv(parameters, 'conv1', channels, first, { kernel: KERNEL });
  const conv2 = conv(parameters, 'conv2', first, second, { kernel: KERNEL, padding: [0, 0, 0, 0] });
  const flat = second * pooled(height) * pooled(width);
  const hidden = linear(parameters, 'hidden', flat, features);
  const output = linear(parameters, 'output', features, classes);
  return {
    parameters: parameters.specs,
    imageShape,
    classes,
    features,
    forward(weights, images) {
      const nhwc = tf.transpose(images, [0, 2, 3, 1]) as tf.Tensor4D;
      const half = pool(tf.relu(conv1(weights, nhwc))); // [B, H/2, W/2, first]
      const quarter = pool(tf.relu(conv2(weights, half))); // [B, (H/2 - 4)/2, (W/2 - 4)/2, second]
      // Channels come first, as in the weights of PyTorch.
      const rows = tf.reshape(tf.transpose(quarter, [0, 3, 1, 2]), [-1, flat]) as tf.Tensor2D;
      const features = tf.relu(hidden(weights, rows));
      return { features, logits: output(weights, features) };
    },
  };
}

function pool(x: tf.Tensor4D): tf.Tensor4D {
  return tf.maxPool(x, 2, 2, 'valid');
}
