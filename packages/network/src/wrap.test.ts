import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import { configForFile } from './architectures.ts';
import { createNetwork } from './create-network.ts';
import type { Network } from './network.ts';
import { parameterSize } from './parameters.ts';
import { wrapEdges } from './wrap.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('wrapEdges', () => {
  it('copies the opposite edges, and the opposite corners', () => {
    const x = tf.tensor4d([1, 2, 3, 4, 5, 6], [1, 2, 3, 1]);
    const wrapped = wrapEdges(x, [1, 1, 1, 1]);
    expect(wrapped.shape).toEqual([1, 4, 5, 1]);
    expect([...wrapped.dataSync()]).toEqual(
      [
        [6, 4, 5, 6, 4],
        [3, 1, 2, 3, 1],
        [6, 4, 5, 6, 4],
        [3, 1, 2, 3, 1],
      ].flat(),
    );
    expect([...wrapEdges(x, [0, 0, 1, 0]).dataSync()]).toEqual([1, 2, 3, 4, 5, 6, 1, 2, 3]);
  });
});

const fields = {
  sample_size: [8, 12],
  block_out_channels: [4, 8],
  norm_num_groups: 2,
  down_block_types: ['DownBlock2D', 'AttnDownBlock2D'],
  up_block_types: ['AttnUpBlock2D', 'UpBlock2D'],
};

/** Shifts an image cyclically: pixels that leave at one edge return at the opposite edge. */
function rolled(image: Float32Array, down: number, right: number): Float32Array {
  return image.map((_, i) => {
    const [y, x] = [Math.floor(i / 12), i % 12];
    return image[((y - down + 8) % 8) * 12 + ((x - right + 12) % 12)] as number;
  });
}

function outputOf(network: Network, image: Float32Array): Float32Array {
  const weights = network.parameters.map((spec, k) =>
    tf.tensor(
      Float32Array.from({ length: parameterSize(spec) }, (_, i) => 0.3 * Math.sin(1 + i * i + 7 * k)),
      [...spec.shape],
    ),
  );
  const sample = tf.tensor4d(image, [1, 1, 8, 12]);
  return network.forward(weights, { sample, timestep: tf.tensor1d([300]) }).dataSync<'float32'>();
}

describe('TileableUNet2D', () => {
  const image = Float32Array.from({ length: 96 }, (_, i) => Math.sin(i * i));
  const difference = (network: Network, down: number, right: number): number => {
    const expected = rolled(outputOf(network, image), down, right);
    const got = outputOf(network, rolled(image, down, right));
    return Math.max(...got.map((value, i) => Math.abs(value - (expected[i] as number))));
  };

  it('writes block names that diffusers refuses, and reads these names and those of diffusers', () => {
    const { config } = createNetwork({ ...fields, _class_name: 'TileableUNet2D' });
    const file = configForFile({ ...config });
    expect(file).toMatchObject({
      down_block_types: ['TileableDownBlock2D', 'TileableAttnDownBlock2D'],
      up_block_types: ['TileableAttnUpBlock2D', 'TileableUpBlock2D'],
    });
    expect(configForFile(file)).toEqual(file);
    expect(createNetwork(file).config).toEqual(config);
    const plain = { ...createNetwork(fields).config };
    expect(configForFile(plain)).toEqual(plain);
    expect(() => createNetwork({ ...file, _class_name: 'UNet2DModel' })).toThrow('TileableDownBlock2D');
  });

  it.each([0, 1] as const)(
    'shifts its output in the same way as its input, with downsample_padding %i',
    (padding) => {
      const name = { _class_name: 'TileableUNet2D', downsample_padding: padding };
      const { network, config } = createNetwork({ ...fields, ...name });
      expect(config).toMatchObject(name);
      // With two levels, the image is halved once, so the output shifts with the input for shifts by two pixels. The sums
      // are computed in a different order.
      expect(difference(network, 2, 4)).toBeLessThan(1e-5);
      expect(difference(network, 6, 10)).toBeLessThan(1e-5);
      const plain = createNetwork({ ...fields, downsample_padding: padding }).network;
      expect(plain.parameters).toEqual(network.parameters);
      expect(difference(plain, 2, 4)).toBeGreaterThan(1e-2);
    },
  );
});
