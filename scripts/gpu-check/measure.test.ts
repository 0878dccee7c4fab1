import '@tensorflow/tfjs-backend-cpu';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readBundle } from '@isonoise/bundle';
import { exportBundle } from '@isonoise/export';
import { nodeFiles } from '@isonoise/runtime-node';
import { initialNoise } from '@isonoise/sampler';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cpuSession, smallModel } from '../../packages/export/testdata/small-networks.ts';
import { measure } from './measure.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'isonoise-gpu-check-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/**
 * Models, each with the condition of four images as inputs of its graph. Image i has the class or the tag i modulo the
 * number of classes or tags.
 */
const KINDS = {
  'no condition': { model: smallModel(), inputs: {} },
  '2 classes': {
    model: smallModel({ classes: 2 }),
    inputs: { class_labels: new Tensor('int32', Int32Array.of(0, 1, 0, 1), [4]) },
  },
  '3 tags': {
    model: smallModel({ tags: 3 }),
    inputs: { tags: new Tensor('float32', Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0), [4, 3]) },
  },
} as const;

it.each(Object.entries(KINDS))(
  'measure returns losses, an image and the predictions of the graph for a model with %s',
  async (name, { model, inputs }) => {
    const folder = path.join(root, name);
    await exportBundle(nodeFiles(folder), {
      ...model,
      createSession: (onnx) => cpuSession(onnx, 1),
      referenceBackend: 'cpu',
      card: {},
      sheet: { count: 1, steps: 1 },
    });
    const { prediction, image, losses } = await measure('cpu', folder);
    expect(losses.every(Number.isFinite)).toBe(true);

    const { spec, onnx } = await readBundle(nodeFiles(folder));
    const { channels, height, width } = spec.image;
    expect([image.length, image.every(Number.isFinite)]).toEqual([channels * height * width, true]);
    // The times are shares 0, 0.25, 0.5 and 1 of the schedule.
    const last = spec.scheduler.num_train_timesteps - 1;
    const timestep = Float32Array.of(0, Math.round(last / 4), Math.round(last / 2), last);
    const sample = initialNoise(1, [0, 1, 2, 3], channels * height * width);
    const session = await InferenceSession.create(onnx, {
      executionProviders: ['cpu'],
      extra: { session: { set_denormal_as_zero: '1' } },
    });
    const { out_sample: answer } = await session.run({
      sample: new Tensor('float32', sample, [4, channels, height, width]),
      timestep: new Tensor('float32', timestep, [4]),
      ...inputs,
    });
    expect(prediction).toEqual(answer?.data);
    await session.release();
  },
);
