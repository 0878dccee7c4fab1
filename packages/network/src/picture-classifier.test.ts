import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { expect, it } from 'vitest';
import { initialWeights } from '../testdata/random-weights.ts';
import { parameterCount } from './parameters.ts';
import { createPictureClassifier } from './picture-classifier.ts';

it('createPictureClassifier makes a network that returns features and class scores of 32×32 pictures with alpha', () => {
  const { parameters, imageShape, forward } = createPictureClassifier({ classes: 3, hidden: 5 });
  expect(imageShape).toEqual({ channels: 4, height: 32, width: 32 });
  const weights = initialWeights(parameters);
  const { features, logits } = forward(weights, tf.randomUniform([2, 4, 32, 32], -1, 1, 'float32', 1));
  expect([features.shape, logits.shape]).toEqual([
    [2, 5 + 2 * (32 + 48 + 96 + 64)],
    [2, 3],
  ]);
  // Features are outputs of a ReLU, and their means and deviations.
  expect(Math.min(...features.dataSync())).toBeGreaterThanOrEqual(0);
});

it('createPictureClassifier has the weights of four convolutions and two linear layers, with normalizations', () => {
  const { parameters, features } = createPictureClassifier({ classes: 1 });
  // Convolutions without bias, scale and shift of each normalization, hidden layer, class scores.
  const convolutions = 25 * 4 * 32 + 9 * 32 * 48 + 9 * 48 * 96 + 9 * 96 * 64;
  const normalizations = 2 * (32 + 48 + 96 + 64);
  const hidden = (64 * 16 + 1) * 96 + 2 * 96;
  expect(parameterCount(parameters)).toBe(convolutions + normalizations + hidden + (96 + 1));
  expect(features).toBe(96 + 2 * (32 + 48 + 96 + 64));
});
