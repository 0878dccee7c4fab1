// Tests the limit on estimates of x_0 through all interfaces, and `none` as the null of the command line.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toSampleRequest } from '@isonoise/runtime';
import { clipSetting, decodeSampling, expectedOf, planSampling } from '@isonoise/sampler';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isonoise } from '../../packages/cli/testdata/isonoise-command.ts';
import { convSpec } from '../../packages/runtime-node/testdata/conv-denoiser.ts';
import { Scene, type Served } from '../support/served.ts';

const scene = new Scene();
let served: Served;
let folder: string;
let model: string;
beforeAll(async () => {
  await scene.build();
  served = await scene.serve();
  folder = await mkdtemp(join(tmpdir(), 'isonoise-clip-'));
  model = join(scene.folder, 'models', 'conv');
});
afterAll(async () => {
  await scene.stopServers();
  await scene.remove();
  await rm(folder, { recursive: true, force: true });
});

it.each([
  ['0.25', 0.25],
  ['none', null],
])('sample --clip %s sets the clip of the plan, as the clip of a request does', async (text, clip) => {
  const state = join(folder, `${text}.json`);
  const files = ['--out', join(folder, 'images.png'), '--save-state', state];
  const what = ['--steps', '3', '--count', '1', '--stop-after', '1', '--provider', 'cpu'];
  const { code, stderr } = await isonoise(['sample', model, '--clip', text, ...what, ...files]);
  expect(code, stderr).toBe(0);
  expect(decodeSampling(await readFile(state, 'utf8')).plan.clip).toBe(clip);
  const request = toSampleRequest(convSpec, { seed: 1, clip: clip ?? false });
  expect(planSampling(request).clip).toBe(clip);
});

it.each([
  ['euler', '--s-t-max', 'sTMax'],
  ['lcm', '--original-steps', 'originalSteps'],
] as const)('%s %s none sets null in the plan of the run', async (sampler, flag, name) => {
  const state = join(folder, `${sampler}.json`);
  const files = ['--out', join(folder, 'images.png'), '--save-state', state];
  const what = ['--steps', '3', '--count', '1', '--stop-after', '1', '--provider', 'cpu'];
  const run = ['sample', model, '--sampler', sampler, flag, 'none', ...what, ...files];
  const { code, stderr } = await isonoise(run);
  expect(code, stderr).toBe(0);
  expect(decodeSampling(await readFile(state, 'utf8')).plan.settings[name]).toBeNull();
});

it('values out of range are refused by the library, the server and the command line', async () => {
  for (const clip of [0, -1]) {
    expect(() => planSampling(toSampleRequest(convSpec, { seed: 1, clip }))).toThrow(
      `clip is ${clip}; expected ${expectedOf(clipSetting, 'null')} (false in a request).`,
    );
    const answer = await served.sample({ model: 'conv', seed: 1, clip });
    expect(answer.status).toBe(400);
    const { code, stderr } = await isonoise(['sample', model, `--clip=${clip}`]);
    expect(code).toBe(2);
    expect(stderr).toContain('Expected a number above 0, or none for no clipping.');
  }
});

it('a clip changes the images, unless it is false or a limit that no value reaches', async () => {
  const draw = async (clip?: number | false): Promise<Buffer> => {
    const answer = await served.sample({ model: 'conv', seed: 1, steps: 4, clip, format: 'float32' });
    expect(answer.status).toBe(200);
    return Buffer.from(await answer.arrayBuffer());
  };
  expect(await draw(0.05)).not.toEqual(await draw(false));
  expect(await draw(1e30)).toEqual(await draw(false));
});
