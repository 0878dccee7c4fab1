import { createNetwork } from '@isonoise/network';
import '@tensorflow/tfjs-backend-cpu';
import { expect, it } from 'vitest';
import { beginRun } from './begin-run.ts';
import { createTfjsEngine } from './engine-tfjs.ts';
import { parseTrainConfig } from './parse-train-config.ts';

it('createTfjsEngine lists the registered backends if the requested one is not registered', async () => {
  const networkConfig = {
    sample_size: 4,
    block_out_channels: [4],
    down_block_types: ['DownBlock2D'],
    up_block_types: ['UpBlock2D'],
    norm_num_groups: 2,
  };
  const run = beginRun(
    parseTrainConfig({ dataset: 'none', network: networkConfig }),
    createNetwork(networkConfig).network,
  );
  await expect(createTfjsEngine({ ...run, backend: 'tensorflow' })).rejects.toMatchObject({
    code: 'TRAIN_TFJS_BACKEND',
    message: expect.stringMatching(
      /tensorflow could not be started; expected one of the registered ones: cpu\. Import/,
    ),
    cause: expect.any(Error),
  });
});
