import { loadTfjsNode } from '@isonoise/cli';
import { createBatches, type Dataset } from '@isonoise/data';
import { loadDataset } from '@isonoise/data/node';
import { isIsonoiseError } from '@isonoise/error';
import { createUNet2D, initialParameters, parseUNet2DConfig } from '@isonoise/network';
import { createSchedule } from '@isonoise/schedule';
import {
  createObjective,
  createOnnxRuntimeEngine,
  createTfjsEngine,
  type Engine,
  findChannelBlock,
  type SessionFactory,
  type StepOptions,
  type TrainState,
} from '@isonoise/train';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { InferenceSession } from 'onnxruntime-node';
import { beforeAll, describe, expect, it } from 'vitest';

/** tfjs's cpu backend takes minutes for whole digits, so the network learns from the middle of each digit. */
const SIDE = 8;

/**
 * A small network with classes, attention and dropout. Some of its numbers of channels fill blocks, others do
 * not.
 */
const network = createUNet2D(
  parseUNet2DConfig({
    sample_size: SIDE,
    block_out_channels: [16, 32],
    down_block_types: ['DownBlock2D', 'DownBlock2D'],
    up_block_types: ['UpBlock2D', 'UpBlock2D'],
    norm_num_groups: 2,
    num_class_embeds: 11,
    dropout: 0.1,
    downsample_padding: 0,
  }),
);
const step: StepOptions = {
  kind: 'adamw',
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0.01,
  clipNorm: 1,
};
const batchSize = 2;
const steps = 8;

function initialState(): TrainState {
  const theta = initialParameters(network.parameters, 3);
  return { theta, m: new Float32Array(theta.length), v: new Float32Array(theta.length), ema: theta.slice() };
}

/** Returns the losses of an engine over the first batches of MNIST. */
async function curve(engine: Engine): Promise<number[]> {
  const { dataset } = await loadDataset('mnist');
  const batches = createBatches(middle(dataset), { batchSize, seed: 3 });
  const objective = createObjective({
    schedule: createSchedule({ kind: 'linear' }),
    prediction: 'epsilon',
    weighting: { kind: 'min-snr', gamma: 5 },
    seed: 3,
    labelDropout: { probability: 0.1, nullClass: 10 },
    dropout: { probability: 0.1, units: network.dropoutUnits },
  });
  const losses: number[] = [];
  for (let k = 1; k <= steps; k++) {
    const feeds = objective(batches.batch(k - 1), batchSize, k);
    losses.push((await engine.step({ ...feeds, learningRate: 1e-3, emaDecay: 0.9, step: k })).loss);
  }
  return losses;
}

interface Training {
  readonly losses: readonly number[];
  readonly state: TrainState;
}

/** Runs the first steps on an engine and disposes of it. */
async function training(engine: Engine): Promise<Training> {
  const losses = await curve(engine);
  const state = await engine.readState();
  await engine.dispose();
  return { losses, state };
}

describe('the engines', () => {
  const options = { network, step, batchSize };
  let traced: Training;

  beforeAll(async () => {
    traced = await training(await tracedEngine());
  });

  const createSession: SessionFactory = (model) => InferenceSession.create(model);

  /** Creates the engine of `pnpm train`. It uses blocks of channels if the processor supports them. */
  const tracedEngine = async (): Promise<Engine> => onnxEngine(await findChannelBlock(createSession));

  const onnxEngine = (channelBlock?: number): Promise<Engine> =>
    createOnnxRuntimeEngine({
      ...options,
      state: initialState(),
      createSession,
      device: 'cpu',
      channelBlock,
    });

  // The engines sum float32 in different orders, which changes each sum by about 1e-7. Adam divides by the root of
  // the second moment, which amplifies rounding in weights that hardly move. The curves therefore diverge slowly; a
  // difference of 2e-6 was measured after 20 steps.
  const tolerance = 2e-5;

  async function expectSameTraining(engine: Engine): Promise<void> {
    const { losses, state } = await training(engine);
    for (const [k, loss] of losses.entries())
      expect(Math.abs(loss - (traced.losses[k] ?? 0))).toBeLessThan(tolerance);
    // A weight moves by at most the learning rate per step; if its
    // gradient is only rounding, the sign may differ.
    expect(meanDifference(traced.state.theta, state.theta)).toBeLessThan(1e-6);
    expect(meanDifference(traced.state.ema, state.ema)).toBeLessThan(1e-6);
  }

  const eagerEngine = (backend: string): Promise<Engine> =>
    createTfjsEngine({ ...options, state: initialState(), backend });

  it(
    `give the same loss curve over ${steps} steps: onnxruntime and tfjs's cpu backend`,
    {
      // In plain JavaScript this takes ten seconds, and more on a busy processor.
      timeout: 300_000,
    },
    async () => expectSameTraining(await eagerEngine('cpu')),
  );

  it(`give the same loss curve over ${steps} steps: with and without blocks of channels`, async () =>
    expectSameTraining(await onnxEngine()));

  // This test comes after the tests of our own gradients, because registered gradients cannot be removed. tfjs-node
  // registers the same gradients.
  it('make the same steps with the gradients that @tensorflow/tfjs registers', async () => {
    const ours = tf.getGradient(tf.GatherV2);
    await import('@tensorflow/tfjs');
    expect(tf.getGradient(tf.GatherV2)).not.toBe(ours);
    await expectSameTraining(await tracedEngine());
  });

  it(`give the same loss curve over ${steps} steps: onnxruntime and tfjs-node`, async () => {
    const available = await loadTfjsNode().catch((error: unknown) => error);
    if (isIsonoiseError(available)) {
      console.log(`tfjs-node: absent, not compared: ${available.message.split('\n')[0]}`);
      expect(available.code).toBe('CLI_ENGINE_UNAVAILABLE');
      return;
    }
    await expectSameTraining(await eagerEngine('tensorflow'));
  });
});

/** Crops the first images to their middle. */
function middle(dataset: Dataset): Dataset {
  const { height, width } = dataset.shape;
  const count = 256;
  const from = (height - SIDE) / 2;
  const pixels = Uint8Array.from({ length: count * SIDE * SIDE }, (_, k) => {
    const [image, y, x] = [Math.floor(k / SIDE ** 2), Math.floor(k / SIDE) % SIDE, k % SIDE];
    return dataset.pixels[(image * height + from + y) * width + from + x] ?? 0;
  });
  const labels = dataset.labels?.slice(0, count);
  return {
    ...dataset,
    count,
    pixels,
    shape: { channels: 1, height: SIDE, width: SIDE },
    ...(labels && { labels }),
  };
}

function meanDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] ?? Number.NaN)), 0) / a.length;
}
