import path from 'node:path';
import { networkTime, readBundle } from '@isonoise/bundle';
import { createUNet2D, parseUNet2DConfig } from '@isonoise/network';
import { contractOf, createSessionDenoiser, toSampleRequest } from '@isonoise/runtime';
import type { NodeProviderName } from '@isonoise/runtime/provider-names';
import { initialNoise, sample } from '@isonoise/sampler';
import { createOnnxRuntimeEngine } from '@isonoise/train';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { nodeFiles } from '../../packages/runtime-node/src/node-files.ts';
import { initialState, STEP, stepFeeds } from '../bench/workload.ts';
import { choiceOf, conditionOfSeeds } from '../parity/condition.ts';
import type { Results } from './judge.ts';

const TRAINED_BATCH = 4;
const SAMPLED = { seed: 1, sampler: 'ddim', steps: 10, guidance: 1 } as const;
/** Number of the class or the tag of the drawn image. */
const DRAWN = 3;
/** Shares of the schedule at which predictions are compared. */
const TIMES = [0, 0.25, 0.5, 1];

/** A small network that contains every kind of layer. It takes only seconds, even on a software renderer. */
const NETWORK = {
  sample_size: 28,
  block_out_channels: [8, 16],
  down_block_types: ['DownBlock2D', 'AttnDownBlock2D'],
  up_block_types: ['AttnUpBlock2D', 'UpBlock2D'],
  num_class_embeds: 11,
};

const secondsSince = (began: number): number => (performance.now() - began) / 1000;

/**
 * Trains two steps, predicts noise and draws an image on one provider. The time of sampling excludes the first run of
 * the session, because ONNX Runtime prepares the session in this run. The time of training includes all preparations.
 *
 * @param model folder of a bundle
 */
export async function measure(provider: NodeProviderName, model: string): Promise<Results> {
  const createSession = (bytes: Uint8Array): Promise<InferenceSession> =>
    InferenceSession.create(bytes, {
      executionProviders: [provider],
      extra: { session: { set_denormal_as_zero: '1' } },
      logSeverityLevel: 3,
    });

  // 1. Training
  const network = createUNet2D(parseUNet2DConfig(NETWORK));
  const trainBegan = performance.now();
  const engine = await createOnnxRuntimeEngine({
    network,
    step: STEP,
    batchSize: TRAINED_BATCH,
    state: initialState(network),
    createSession,
    device: provider,
  });
  const losses: number[] = [];
  for (const step of [1, 2]) {
    losses.push((await engine.step({ ...stepFeeds(network, TRAINED_BATCH), learningRate: 1e-2, step })).loss);
  }
  await engine.dispose();
  const trainSeconds = secondsSince(trainBegan);

  // 2. Predictions
  const { spec, onnx } = await readBundle(nodeFiles(path.resolve(model)));
  const session = await createSession(onnx);
  const denoise = createSessionDenoiser(session, contractOf(spec), Tensor);
  const { channels, height, width } = spec.image;
  const { scheduler } = spec;
  const t = Float32Array.from(TIMES, (time) =>
    networkTime(scheduler, Math.round(time * (scheduler.num_train_timesteps - 1))),
  );
  const x = initialNoise(SAMPLED.seed, [...t.keys()], channels * height * width);
  const prediction = (await denoise(x, t, conditionOfSeeds(spec, [...t.keys()]))).slice();

  // 3. An image
  const request = toSampleRequest(spec, { ...SAMPLED, ...choiceOf(spec, DRAWN) });
  const sampleBegan = performance.now();
  let image = new Float32Array();
  for await (const step of sample(denoise, request)) image = step.x.slice();
  const sampleSeconds = secondsSince(sampleBegan);
  await session.release();
  return { losses, trainSeconds, prediction, image, sampleSeconds };
}
