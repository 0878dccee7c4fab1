import * as tf from '@tensorflow/tfjs-core';
import { normals } from './workload.ts';

/** A tfjs function together with its weights. */
export interface HeldModel {
  readonly forward: (images: tf.Tensor) => tf.Tensor;
  readonly parameterCount: number;
  dispose(): void;
}

/** Number of blocks and of their inner channels, by stage. A block outputs four times as many channels. */
const STAGES = [
  [3, 64],
  [4, 128],
  [6, 256],
  [3, 512],
] as const;

/**
 * Creates a ResNet-50 with 25.6 million random weights: `[B, 224, 224, 3] -> [B, 1000]`. Each convolution is
 * followed by a normalization with stored statistics, as in published models.
 * Source: He et al. 2015, arXiv 1512.03385, table 1.
 */
export function createResNet50(): HeldModel {
  const held: tf.Tensor[] = [];
  const weight = (shape: number[], spread: number, centre = 0): tf.Tensor => {
    const size = shape.reduce((product, one) => product * one, 1);
    const values = normals(size, held.length).map((value) => centre + spread * value);
    const tensor = tf.tensor(values, shape);
    held.push(tensor);
    return tensor;
  };
  const convolution = (from: number, to: number, size: number, stride: number) => {
    const filter = weight([size, size, from, to], Math.sqrt(2 / (size * size * from))) as tf.Tensor4D;
    const [mean, variance, offset, scale] = [
      weight([to], 0.1),
      weight([to], 0.05, 1),
      weight([to], 0.1),
      weight([to], 0.1, 1),
    ] as [tf.Tensor1D, tf.Tensor1D, tf.Tensor1D, tf.Tensor1D];
    return (x: tf.Tensor4D): tf.Tensor4D =>
      tf.batchNorm(tf.conv2d(x, filter, stride, 'same'), mean, variance, offset, scale) as tf.Tensor4D;
  };
  const block = (from: number, inner: number, stride: number) => {
    const out = 4 * inner;
    const [reduce, mix, expand] = [
      convolution(from, inner, 1, 1),
      convolution(inner, inner, 3, stride),
      convolution(inner, out, 1, 1),
    ];
    const shortcut = from === out ? undefined : convolution(from, out, 1, stride);
    return (x: tf.Tensor4D): tf.Tensor4D =>
      tf.relu(tf.add(expand(tf.relu(mix(tf.relu(reduce(x))))), shortcut?.(x) ?? x));
  };

  const stem = convolution(3, 64, 7, 2);
  let channels = 64;
  const blocks = STAGES.flatMap(([count, inner], stage) =>
    Array.from({ length: count }, (_, i) => {
      const made = block(channels, inner, i === 0 && stage > 0 ? 2 : 1);
      channels = 4 * inner;
      return made;
    }),
  );
  const [head, bias] = [weight([channels, 1000], 0.01), weight([1000], 0.01)];
  return {
    forward: (images) => {
      const pooled = tf.maxPool(tf.relu(stem(images as tf.Tensor4D)), 3, 2, 'same');
      const features = tf.mean(
        blocks.reduce((x, run) => run(x), pooled),
        [1, 2],
      );
      return tf.softmax(tf.add(tf.matMul(features, head), bias));
    },
    parameterCount: held.reduce((sum, { size }) => sum + size, 0),
    dispose: () => tf.dispose(held),
  };
}
