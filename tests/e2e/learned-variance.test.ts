// Tests a network that also predicts variances, from its weights to images, through every interface.
import '@tensorflow/tfjs-backend-cpu';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type JsonObject, type ModelSpec, toSchedule, writeBundle } from '@isonoise/bundle';
import { exportBundle } from '@isonoise/export';
import type { Model, ModelSampleRequest } from '@isonoise/runtime';
import { loadModel, nodeFiles } from '@isonoise/runtime-node';
import { decodeSampling, initialNoise, seededNoise } from '@isonoise/sampler';
import { jump, requireDiffusion } from '@isonoise/schedule';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isonoise } from '../../packages/cli/testdata/isonoise-command.ts';
import { cpuSession, smallModel } from '../../packages/export/testdata/small-networks.ts';
import { floatsOf, Scene, type Served } from '../support/served.ts';

const scene = new Scene();
const size = 64;
let served: Served;
let folder: string;
let model: Model;

beforeAll(async () => {
  scene.folder = await mkdtemp(join(tmpdir(), 'isonoise-learned-'));
  folder = join(scene.folder, 'models', 'learned');
  await exportBundle(nodeFiles(folder), {
    ...smallModel({ classes: 2, variance: 'learned_range' }),
    createSession: (onnx) => cpuSession(onnx, 1),
    referenceBackend: 'cpu',
    card: {},
    sheet: { count: 2, steps: 2 },
  });
  served = await scene.serve();
  model = await loadModel(folder, { provider: 'cpu', threads: 1 });
});
afterAll(async () => {
  await model?.dispose();
  await scene.stopServers();
  await scene.remove();
});

async function draw(request: ModelSampleRequest & { batchSize?: number }): Promise<Float32Array> {
  let last = new Float32Array(0);
  for await (const { x } of model.sample(request)) last = Float32Array.from(x);
  return last;
}

const request = { seed: 5, count: 3, steps: 4, sampler: 'ddpm', class: 1, guidance: 1 } as const;

it('ddpm draws with the variances of the network, by eq. 15 of Nichol and Dhariwal', async () => {
  const schedule = requireDiffusion('test', toSchedule(model.spec.scheduler));
  const images = [0, 1, 2];
  const noise = seededNoise(5n);
  let x = initialNoise(5n, images, size);
  const times = [750, 500, 250, 0];
  for (const [step, t] of times.entries()) {
    const tPrev = times[step + 1] ?? -1;
    const at = jump(schedule, t, tPrev);
    const answer = await model.denoise(x, new Float32Array(3).fill(t), new Int32Array(3).fill(1));
    expect(answer.length).toBe(2 * x.length);
    const next = new Float32Array(x.length);
    for (const image of images) {
      const z = new Float32Array(size);
      if (tPrev >= 0) noise(z, image, step, 0);
      for (let i = 0; i < size; i++) {
        const value = x[image * size + i] ?? Number.NaN;
        const eps = answer[2 * image * size + i] ?? Number.NaN;
        const share = ((answer[(2 * image + 1) * size + i] ?? Number.NaN) + 1) / 2;
        const x0 = Math.min(Math.max((value - at.sqrtOneMinusAlphaBar * eps) / at.sqrtAlphaBar, -1), 1);
        const logVariance = share * Math.log(at.beta) + (1 - share) * Math.log(at.posteriorVariance);
        const sigma = tPrev < 0 ? 0 : Math.exp(logVariance / 2);
        next[image * size + i] =
          at.posteriorMeanCoef1 * x0 + at.posteriorMeanCoef2 * value + sigma * (z[i] ?? Number.NaN);
      }
    }
    x = next;
  }
  const drawn = await draw(request);
  // The sampler and this loop both round values below 4 to float32 after each of four steps.
  for (const [i, value] of drawn.entries()) expect(value).toBeCloseTo(x[i] ?? Number.NaN, 5);
  expect(drawn).not.toEqual(await draw({ ...request, variance: 'fixedSmall' }));
});

it.each([{ guidance: 2 }, { sampler: 'unipc' }, { variance: 'fixedLarge' }, {}] as const)(
  'an image does not depend on its batch: %j',
  async (changed) => {
    const whole = await draw({ ...request, ...changed });
    expect(await draw({ ...request, ...changed, batchSize: 2 })).toEqual(whole);
    const body = { model: 'learned', ...request, ...changed, format: 'float32' };
    const answers = await Promise.all([
      served.sample(body),
      served.sample({ ...body, count: undefined, images: [2], steps: 2 }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(await floatsOf(answers[0] as Response)).toEqual(whole);
  },
);

it('the server refuses variances that the network does not predict', async () => {
  const answer = await served.sample({ model: 'learned', ...request, variance: 'learned' });
  const { error } = (await answer.json()) as { error: { code: string; message: string } };
  expect([answer.status, error.code]).toEqual([400, 'BODY_INVALID']);
  expect(error.message).toContain('variance is "learned", but the model "small" predicts a different one');
});

it('the command line draws, stops and resumes with the same result, and describes the model', async () => {
  const [state, whole, resumed] = ['state.json', 'whole.npy', 'resumed.npy'].map((name) =>
    join(scene.folder, name),
  ) as [string, string, string];
  const png = join(scene.folder, 'out.png');
  const flags = ['--sampler', 'ddpm', '--steps', '4', '--count', '3', '--class', '1', '--seed', '5'];
  const run = async (...args: string[]): Promise<void> => {
    const { code, stderr } = await isonoise(['sample', folder, '--provider', 'cpu', '--out', png, ...args]);
    expect(code, stderr).toBe(0);
  };
  await run(...flags, '--npy', whole);
  await run(...flags, '--stop-after', '2', '--save-state', state);
  expect(decodeSampling(await readFile(state, 'utf8')).plan.settings.variance).toBe('learnedRange');
  await run('--resume-state', state, '--npy', resumed);
  expect(await readFile(resumed)).toEqual(await readFile(whole));
  const { stdout } = await isonoise(['info', folder]);
  expect(stdout).toContain('predicts epsilon and variances (learned_range)');
  expect((await isonoise(['verify', folder])).code).toBe(0);
});

it('a bundle is refused if only its network or only its scheduler has learned variances', async () => {
  const both = smallModel({ classes: 2, variance: 'learned' });
  const plain = smallModel({ classes: 2 });
  const write = (networkConfig: JsonObject, spec: ModelSpec): Promise<unknown> =>
    writeBundle(nodeFiles(join(scene.folder, 'wrong')), { spec, networkConfig, onnx: new Uint8Array(0) });
  await expect(write(both.networkConfig, plain.spec)).rejects.toMatchObject({
    code: 'BUNDLE_INCONSISTENT',
    message: expect.stringContaining(
      'out_channels: got 2; expected 1: a network that also predicts variances needs variance_type learned or learned_range',
    ),
  });
  await expect(write(plain.networkConfig, both.spec)).rejects.toMatchObject({
    code: 'BUNDLE_INCONSISTENT',
    message: expect.stringContaining(
      'out_channels: got 1; expected 2: with the variance_type of the scheduler',
    ),
  });
});
