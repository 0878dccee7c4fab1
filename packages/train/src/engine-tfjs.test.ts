import { createUNet2D, initialParameters, parseUNetConfig } from '@isonoise/unet';
import '@tensorflow/tfjs-backend-cpu';
import { expect, it } from 'vitest';
import { createTfjsEngine } from './engine-tfjs.ts';

it('names the backends that there are where the one asked for is not', async () => {
  const network = createUNet2D(
    parseUNetConfig({
      sample_size: 4,
      block_out_channels: [4],
      down_block_types: ['DownBlock2D'],
      up_block_types: ['UpBlock2D'],
      norm_num_groups: 2,
    }),
  );
  const theta = initialParameters(network.parameters, 1);
  const zeros = new Float32Array(theta.length);
  const step = {
    optimizer: 'adam',
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    weightDecay: 0,
    clipNorm: 1,
  } as const;
  const state = { theta, m: zeros, v: zeros, ema: theta };
  await expect(
    createTfjsEngine({ network, step, batchSize: 1, state, backend: 'tensorflow' }),
  ).rejects.toMatchObject({
    code: 'TFJS_BACKEND',
    message: expect.stringMatching(/tensorflow could not be started; registered are: cpu\. Import/),
    cause: expect.any(Error),
  });
});
