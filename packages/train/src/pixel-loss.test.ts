import '@tensorflow/tfjs-backend-cpu';
import { createNetwork, initialParameters } from '@isonoise/network';
import { registerGradients } from '@isonoise/ops';
import * as tf from '@tensorflow/tfjs-core';
import { InferenceSession } from 'onnxruntime-node';
import { beforeAll, expect, it } from 'vitest';
import { createOnnxRuntimeEngine } from './engine-onnxruntime.ts';
import { createTfjsEngine } from './engine-tfjs.ts';
import { type PixelLoss, pixelLoss } from './pixel-loss.ts';
import { trainStepModel } from './traced-step.ts';
import { initialState } from './train-state.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
  registerGradients();
});

const HUBER: PixelLoss = { kind: 'huber', c: 0.5 };
const errors = [-3, -0.6, -0.5, -1e-4, 0, 1e-3, 0.2, 0.7, 12];
/** Returns the pseudo-Huber loss by its usual formula, in float64. */
const huber = (e: number, c: number): number => 2 * c * c * (Math.sqrt(1 + (e / c) ** 2) - 1);

it('pixelLoss equals the formulas of the squared error and the pseudo-Huber loss', () => {
  const error = tf.tensor4d(errors, [1, 1, 3, 3]);
  const of = (loss: PixelLoss): number[] => [...pixelLoss(loss, error).dataSync()];
  of({ kind: 'mse' }).forEach((value, i) => {
    expect(value).toBe(Math.fround(Math.fround(errors[i] as number) ** 2));
  });
  of(HUBER).forEach((value, i) => {
    const expected = huber(errors[i] as number, 0.5);
    // The tolerance allows for five float32 roundings, and for the usual formula, which loses digits of small values
    // (up to 1e-16).
    expect(Math.abs(value - expected)).toBeLessThan(4e-7 * expected + 1e-15);
  });
});

it('pixelLoss has the same gradient as finite differences of the formula', () => {
  const gradient = tf
    .grad((x: tf.Tensor) => tf.sum(pixelLoss(HUBER, x as tf.Tensor4D)))(tf.tensor4d(errors, [1, 1, 3, 3]))
    .dataSync();
  errors.forEach((e, i) => {
    const step = 1e-5;
    const slope = (huber(e + step, 0.5) - huber(e - step, 0.5)) / (2 * step);
    // The tolerance allows for float32 rounding, and for the rounding of the difference, 1e-16/1e-5.
    expect(Math.abs((gradient[i] as number) - slope)).toBeLessThan(1e-6 * Math.abs(slope) + 1e-9);
  });
});

const adam = {
  kind: 'adam',
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0,
  clipNorm: null,
} as const;
const { network } = createNetwork({
  sample_size: 4,
  block_out_channels: [4],
  down_block_types: ['DownBlock2D'],
  up_block_types: ['UpBlock2D'],
  norm_num_groups: 2,
});

it('the traced step with loss mse equals the step without a loss setting', async () => {
  const nodes = async (loss?: PixelLoss): Promise<unknown> =>
    (await trainStepModel(network, { ...adam, loss }, 2)).graph;
  expect(await nodes({ kind: 'mse' })).toEqual(await nodes());
  expect(await nodes(HUBER)).not.toEqual(await nodes());
});

it('the engines take the same steps with the pseudo-Huber loss', async () => {
  const images = Float32Array.from({ length: 32 }, (_, i) => Math.sin(i * i));
  const inputs = {
    network,
    step: { ...adam, loss: HUBER },
    batchSize: 2,
    state: initialState(adam, network.parameters, initialParameters(network.parameters, 3)),
  };
  const engines = [
    await createTfjsEngine({ ...inputs, backend: 'cpu' }),
    await createOnnxRuntimeEngine({
      ...inputs,
      device: 'cpu',
      createSession: (model) => InferenceSession.create(model, { intraOpNumThreads: 1 }),
    }),
  ];
  const losses: number[][] = [];
  for (const engine of engines) {
    const own: number[] = [];
    for (let step = 1; step <= 3; step++) {
      const feeds = { sample: images, timestep: Float32Array.of(3, 500), target: images };
      const weight = Float32Array.of(1, 0.5);
      own.push((await engine.step({ ...feeds, weight, learningRate: 1e-2, emaDecay: 0.9, step })).loss);
    }
    losses.push(own);
    await engine.dispose();
  }
  const [eager = [], traced = []] = losses;
  // The untrained network returns 0, so the first loss depends only on the target.
  const first = images.reduce((sum, e, i) => sum + (huber(e, 0.5) * (i < 16 ? 1 : 0.5)) / 32, 0);
  expect(eager[0]).toBeCloseTo(first, 6);
  // The tolerance allows for float32 sums in a different order, over 3 steps.
  for (const [i, loss] of traced.entries()) expect(Math.abs(loss - (eager[i] ?? 0))).toBeLessThan(1e-5);
});
