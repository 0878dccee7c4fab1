import { createBatches, type Dataset } from '@isonoise/data';
import { createNetwork } from '@isonoise/network';
import { createSchedule } from '@isonoise/schedule';
import { beginRun, createOnnxRuntimeEngine, findChannelBlock, type TrainConfig } from '@isonoise/train';
import '@tensorflow/tfjs-backend-cpu';
import { createNodeSession } from '../../packages/cli/src/node-session.ts';
import { createStepFeeds } from '../../packages/train/src/step-feeds.ts';

const STEPS = 40;
/** Number of first steps that are not counted, because they allocate memory. */
const WARMUP = 5;

/** Measures the median time of a training step, in milliseconds. The result is meaningful only on an idle machine. */
export async function measureStep(config: TrainConfig, dataset: Dataset): Promise<number> {
  const { network } = createNetwork(config.network);
  const createSession = createNodeSession({ provider: 'cpu', threads: null });
  const engine = await createOnnxRuntimeEngine({
    ...beginRun(config, network),
    createSession,
    device: 'cpu',
    channelBlock: await findChannelBlock(createSession),
  });
  const { batchSize, seed } = config;
  const batches = createBatches(dataset, { batchSize, seed });
  const { feedsOf } = createStepFeeds(config, createSchedule(config.schedule), batches, network);
  const times: number[] = [];
  try {
    for (let step = 1; step <= STEPS; step++) {
      const began = performance.now();
      const feeds = feedsOf(step);
      await engine.step({ ...feeds, learningRate: 1e-3, emaDecay: 0.9, ema2Decay: 0.9, step });
      if (step > WARMUP) times.push(performance.now() - began);
    }
  } finally {
    await engine.dispose();
  }
  times.sort((a, b) => a - b);
  return times[times.length >> 1] ?? Number.NaN;
}
