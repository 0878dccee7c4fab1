import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, expect, it } from 'vitest';
import { createNetwork } from './create-network.ts';
import { initialParameters } from './initialize.ts';
import type { Network } from './network.ts';
import { parameterSize } from './parameters.ts';
import { withoutAugmentation } from './without-augmentation.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const fields = {
  ...{ sample_size: 4, in_channels: 1, out_channels: 1, block_out_channels: [4, 8], norm_num_groups: 2 },
  ...{ down_block_types: ['DownBlock2D', 'DownBlock2D'], up_block_types: ['UpBlock2D', 'UpBlock2D'] },
  augment_dim: 3,
};
const { network } = createNetwork(fields);
const { network: model } = createNetwork(withoutAugmentation(fields));
// Random weights in all layers. Initially, the last layer has only zeros, which would hide any difference.
const theta = initialParameters(
  network.parameters.map((spec) => ({ ...spec, initializer: 'normal' })),
  1,
);

/** Runs a network with the first values of `theta`. */
function outputOf(of: Network, augmentLabels?: readonly number[]): number[] {
  return tf.tidy(() => {
    let offset = 0;
    const weights = of.parameters.map((spec) => {
      offset += parameterSize(spec);
      return tf.tensor(theta.slice(offset - parameterSize(spec), offset), [...spec.shape]);
    });
    const output = of.forward(weights, {
      sample: tf.reshape(tf.linspace(-1, 1, 16), [1, 1, 4, 4]),
      timestep: tf.tensor1d([7]),
      ...(augmentLabels !== undefined && { augmentLabels: tf.tensor2d([[...augmentLabels]]) }),
    });
    return [...output.dataSync()];
  });
}

it('a network without labels of transforms gives the output of the model, and so do labels of 0', () => {
  const expected = outputOf(model);
  expect(outputOf(network)).toEqual(expected);
  expect(outputOf(network, [0, 0, 0])).toEqual(expected);
});

it('each label of a transform changes the output', () => {
  const expected = outputOf(model);
  for (const labels of [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ])
    expect(outputOf(network, labels)).not.toEqual(expected);
});

it('labels of transforms must fit the network', () => {
  expect(() => outputOf(network, [1, 0])).toThrow(
    'network: found labels of transforms of shape [1, 2]; expected a row of 3 numbers for each image.',
  );
  expect(() => outputOf(model, [1])).toThrow(/expected none, because augment_dim is not set/);
});
