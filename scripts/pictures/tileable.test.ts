import { createNetwork, parameterSize } from '@isonoise/network';
import { toPixels } from '@isonoise/picture';
import { fillNormals } from '@isonoise/random';
import { type Denoiser, sample } from '@isonoise/sampler';
import { createSchedule } from '@isonoise/schedule';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, expect, it } from 'vitest';
import { measureSeams } from './seams.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const COUNT = 16;
const SIDE = 16;

/** Draws images with a network of random weights, and measures their edges. */
async function edgesOf(architecture: string) {
  const { network } = createNetwork({
    _class_name: architecture,
    sample_size: SIDE,
    in_channels: 1,
    out_channels: 1,
    block_out_channels: [4, 8],
    norm_num_groups: 2,
    down_block_types: ['DownBlock2D', 'DownBlock2D'],
    up_block_types: ['UpBlock2D', 'UpBlock2D'],
  });
  const weights = network.parameters.map((spec, image) => {
    const values = new Float32Array(parameterSize(spec));
    fillNormals(values, { seed: 1, image, step: 0, purpose: 'parameterInit' });
    return tf.tensor(
      values.map((value) => 0.4 * value),
      [...spec.shape],
    );
  });
  const denoise: Denoiser = async (x, t) =>
    tf.tidy(() =>
      network
        .forward(weights, { sample: tf.tensor4d(x, [t.length, 1, SIDE, SIDE]), timestep: tf.tensor1d(t) })
        .dataSync<'float32'>(),
    );
  const request = {
    shape: network.imageShape,
    schedule: createSchedule({ kind: 'cosine', numTrainTimesteps: 1000 }),
    predictionType: 'v_prediction',
    seed: 3,
    images: COUNT,
    steps: 3,
    spacing: 'trailing',
  } as const;
  let drawn: Float32Array = new Float32Array(0);
  for await (const { x } of sample(denoise, request)) drawn = x.slice();
  const pixels = toPixels(drawn, network.imageShape);
  return measureSeams({ name: architecture, count: COUNT, shape: network.imageShape, pixels }, 2);
}

it('a tileable network draws images with edges like their inside, and an ordinary network does not', async () => {
  const tileable = await edgesOf('TileableUNet2D');
  const ordinary = await edgesOf('UNet2DModel');
  // There are 32 edges, so the standard error of the mean rank is 0.29 / √32 = 0.05.
  expect(Math.abs(tileable.rank - 0.5)).toBeLessThan(0.15);
  expect(Math.abs(tileable.ratioAtPeriod - 1)).toBeLessThan(0.1);
  expect(Math.abs(ordinary.ratioAtPeriod - 1)).toBeGreaterThan(0.2);
});
