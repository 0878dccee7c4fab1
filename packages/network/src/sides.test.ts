import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import { createNetwork } from './create-network.ts';
import type { Network } from './network.ts';
import { parameterSize } from './parameters.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const fields = {
  block_out_channels: [4, 8],
  norm_num_groups: 2,
  down_block_types: ['DownBlock2D', 'AttnDownBlock2D'],
  up_block_types: ['AttnUpBlock2D', 'UpBlock2D'],
  attention_head_dim: 4,
  dropout: 0.5,
};
const swapped = (shape: readonly number[]): number[] => [...shape.slice(0, 2), 3, 2];

/** Computes the output for an image; a transposed network has transposed filters. */
async function outputOf(network: Network, image: tf.Tensor4D, isTransposed: boolean): Promise<Float32Array> {
  const weights = network.parameters.map((spec, k) => {
    const values = Float32Array.from(
      { length: parameterSize(spec) },
      (_, i) => 0.3 * Math.sin(1 + i * i + 7 * k),
    );
    const weight = tf.tensor(values, [...spec.shape]);
    return isTransposed && spec.shape.length === 4 ? tf.transpose(weight, swapped([0, 1])) : weight;
  });
  const out = network.forward(weights, { sample: image, timestep: tf.tensor1d([300]) });
  return (isTransposed ? tf.transpose(out, swapped([0, 1])) : out).data<'float32'>();
}

describe('a network for rectangles', () => {
  it('is the transpose of the network for transposed images', async () => {
    const create = (sample_size: readonly number[]) => createNetwork({ ...fields, sample_size }).network;
    const [wide, tall] = [create([4, 12]), create([12, 4])];
    expect(wide.imageShape).toEqual({ channels: 1, height: 4, width: 12 });
    expect(wide.dropoutUnits).toBe(tall.dropoutUnits);
    const image = tf.tensor4d(
      Array.from({ length: 48 }, (_, i) => Math.sin(i * i)),
      [1, 1, 4, 12],
    );
    const expected = await outputOf(wide, image, false);
    const got = await outputOf(tall, tf.transpose(image, swapped([0, 1])), true);
    // The sums are computed in a different order. The values are about 1.
    for (const [i, value] of expected.entries()) expect(Math.abs((got[i] ?? 0) - value)).toBeLessThan(1e-5);
  });

  it('that uses patches returns the shape of its images', async () => {
    const patched = { ...fields, _class_name: 'PatchedUNet2D', sample_size: [4, 12] };
    const { network, config } = createNetwork(patched);
    expect(config).toMatchObject({ sample_size: [4, 12], patch_size: 2 });
    expect(network.imageShape).toEqual({ channels: 1, height: 4, width: 12 });
    expect(await outputOf(network, tf.zeros([1, 1, 4, 12]), false)).toHaveLength(48);
  });

  it('treats two equal sides as the side of a square', () => {
    expect(createNetwork({ ...fields, sample_size: [8, 8] }).config).toMatchObject({ sample_size: 8 });
    expect(createNetwork({ ...fields, sample_size: [8, 16] }).config).toMatchObject({ sample_size: [8, 16] });
  });

  it.each([
    [[8, 9], 'sample_size is [8,9]; expected a multiple of 2 for 2 levels'],
    [[8], 'sample_size.1: '],
    [[8, 16, 8], 'sample_size.2: '],
    [[8, 0], 'sample_size.1: got 0; expected >=1'],
  ])('refuses the size %j', (sample_size, message) => {
    expect(() => createNetwork({ ...fields, sample_size })).toThrow(message);
  });
});
