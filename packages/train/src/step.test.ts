import { createNetwork } from '@isonoise/network';
import '@tensorflow/tfjs-backend-cpu';
import { expect, it } from 'vitest';
import { beginRun } from './begin-run.ts';
import { createTfjsEngine } from './engine-tfjs.ts';
import { parseTrainConfig } from './parse-train-config.ts';

it('trainStep refuses a network with a wrong number of output channels, which tfjs would broadcast', async () => {
  const networkConfig = {
    sample_size: 4,
    in_channels: 3,
    out_channels: 1,
    block_out_channels: [4],
    down_block_types: ['DownBlock2D'],
    up_block_types: ['UpBlock2D'],
    norm_num_groups: 2,
  };
  const run = beginRun(
    parseTrainConfig({ dataset: 'none', batchSize: 2, network: networkConfig }),
    createNetwork(networkConfig).network,
  );
  const engine = await createTfjsEngine({ ...run, backend: 'cpu' });
  const images = new Float32Array(2 * 3 * 16);
  const step = engine.step({
    sample: images,
    timestep: Float32Array.of(0, 5),
    target: images,
    weight: Float32Array.of(1, 1),
    learningRate: 1e-3,
    emaDecay: 0.9,
    step: 1,
  });
  await expect(step).rejects.toMatchObject({
    code: 'TRAIN_SHAPE',
    message: expect.stringContaining('shape is [2, 1, 4, 4]; expected that of the target, [2, 3, 4, 4]'),
  });
  await engine.dispose();
});
