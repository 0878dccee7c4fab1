import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import { createNetwork } from '../create-network.ts';
import { parameterSize } from '../parameters.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const levels = {
  block_out_channels: [4, 8],
  norm_num_groups: 2,
  down_block_types: ['DownBlock2D', 'DownBlock2D'],
  up_block_types: ['UpBlock2D', 'UpBlock2D'],
  num_class_embeds: 3,
};
const fields = { _class_name: 'PatchedUNet2D', sample_size: 8, in_channels: 3, out_channels: 3, ...levels };

describe('PatchedUNet2D', () => {
  it('has the parameters of a UNet2DModel whose pixels are the patches', () => {
    const inner = createNetwork({ ...levels, sample_size: 4, in_channels: 12, out_channels: 12 }).network;
    const { network, config } = createNetwork(fields);
    expect(network.parameters).toEqual(inner.parameters);
    expect(network.imageShape).toEqual({ channels: 3, height: 8, width: 8 });
    expect(network).toMatchObject({ numClassEmbeds: 3, dropoutUnits: 0 });
    expect(config).toMatchObject({ ...fields, patch_size: 2 });
    expect(createNetwork(config).config).toEqual(config);
  });

  it('applies the inner network to patches whose values are ordered by channel, row and column', () => {
    const [B, C, H, p] = [2, 3, 8, 2];
    const inner = createNetwork({ ...levels, sample_size: 4, in_channels: 12, out_channels: 12 }).network;
    const { network } = createNetwork(fields);
    const weights = network.parameters.map((spec, k) =>
      tf.tensor(
        Float32Array.from({ length: parameterSize(spec) }, (_, i) => 0.3 * Math.sin(1 + i * i + 7 * k)),
        [...spec.shape],
      ),
    );
    const images = Float32Array.from({ length: B * C * H * H }, (_, i) => Math.sin(i * i));
    // The position of each pixel among the patches, by definition.
    const placeOf = (b: number, c: number, y: number, x: number): number => {
      const channel = (c * p + (y % p)) * p + (x % p);
      return ((b * C * p * p + channel) * (H / p) + Math.floor(y / p)) * (H / p) + Math.floor(x / p);
    };
    const patches = new Float32Array(images.length);
    const places: number[] = [];
    for (let i = 0; i < images.length; i++) {
      const [x, y] = [i % H, Math.floor(i / H) % H];
      const [c, b] = [Math.floor(i / (H * H)) % C, Math.floor(i / (H * H * C))];
      places.push(placeOf(b, c, y, x));
      patches[places[i] as number] = images[i] as number;
    }
    const more = { timestep: tf.tensor1d([3, 700]), classLabels: tf.tensor1d([0, 2], 'int32') };
    const expected = inner
      .forward(weights, { sample: tf.tensor4d(patches, [B, 12, 4, 4]), ...more })
      .dataSync();
    const got = network.forward(weights, { sample: tf.tensor4d(images, [B, C, H, H]), ...more });
    expect(got.shape).toEqual([B, C, H, H]);
    expect(got.dataSync()).toEqual(Float32Array.from(places, (place) => expected[place] as number));
    expect(new Set(places).size).toBe(images.length);
  });

  it.each([
    [{ patch_size: 1 }, 'patch_size: got 1; expected a whole number from 2 to 16'],
    [{ patch_size: '2' }, 'patch_size: got "2"; expected a whole number from 2 to 16'],
    [{ patch_size: 3 }, 'sample_size is 8; expected a multiple of patch_size 3'],
    [{ patch_size: 8 }, 'sample_size is 8; expected a multiple of 16 for 2 levels of patches of 8×8 pixels'],
    [{ sample_size: -8 }, 'sample_size: got -8; expected a whole number from 1 to 8192'],
    [{ sample_size: 7.5 }, 'sample_size: got 7.5; expected a whole number'],
    [{ sample_size: 10_000 }, 'sample_size: got 10000; expected a whole number from 1 to 8192'],
    [{ widths: 3 }, 'widths: unknown'],
    [{ sample_size: undefined }, 'sample_size: got undefined'],
  ])('refuses %j', (wrong, message) => {
    expect(() => createNetwork({ ...fields, ...wrong })).toThrow(
      expect.objectContaining({ code: 'NETWORK_CONFIG', message: expect.stringContaining(message) }),
    );
  });

  it('has a patch_size, unlike UNet2DModel, which rejects it', () => {
    expect(() => createNetwork({ ...levels, sample_size: 8, patch_size: 2 })).toThrow('patch_size: unknown');
  });
});
