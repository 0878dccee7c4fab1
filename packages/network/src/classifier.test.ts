import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { expect, it } from 'vitest';
import { initialWeights } from '../testdata/random-weights.ts';
import { createClassifier } from './classifier.ts';
import { parameterCount } from './parameters.ts';

const shape = { channels: 1, height: 12, width: 16 };

it('createClassifier makes a network that returns features and logits of the given sizes', () => {
  const { parameters, forward } = createClassifier({
    imageShape: shape,
    classes: 3,
    channels: [2, 4],
    features: 5,
  });
  const weights = initialWeights(parameters);
  const { features, logits } = forward(weights, tf.randomUniform([2, 1, 12, 16], -1, 1, 'float32', 1));
  expect([features.shape, logits.shape]).toEqual([
    [2, 5],
    [2, 3],
  ]);
  // Features are the outputs of a ReLU.
  expect(Math.min(...features.dataSync())).toBe(0);
});

it('createClassifier makes LeNet with 106,986 weights for MNIST', () => {
  const { parameters, features } = createClassifier({
    imageShape: { channels: 1, height: 28, width: 28 },
    classes: 10,
  });
  // (25 + 1)·24 + (24·25 + 1)·48 + (48·5·5 + 1)·64 + (64 + 1)·10
  expect(parameterCount(parameters)).toBe(624 + 28_848 + 76_864 + 650);
  expect(features).toBe(64);
});

it('createClassifier rejects images whose sides cannot be halved twice or are too small', () => {
  for (const side of [30, 8]) {
    const make = () => createClassifier({ imageShape: { channels: 1, height: 28, width: side }, classes: 2 });
    expect(make).toThrow(`the images are 28×${side}; expected sides that are multiples of 4 and at least 12`);
  }
});
