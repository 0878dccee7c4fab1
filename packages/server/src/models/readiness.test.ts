import { cp, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ApiError } from '@isonoise/api';
import { runtimeError } from '@isonoise/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Scene, type Served } from '../../../../tests/support/served.ts';

const scene = new Scene();
beforeAll(() => scene.build());
afterAll(async () => {
  await scene.stopServers();
  await scene.remove();
});

describe('a server', () => {
  it('is ready once a preloaded model is open, but not if no model could be opened', async () => {
    const models = path.join(scene.folder, 'preloads');
    await cp(path.join(scene.folder, 'models/conv'), path.join(models, 'conv'), { recursive: true });
    await mkdir(path.join(models, 'torn'));
    await writeFile(path.join(models, 'torn/isonoise.json'), '{');
    const ready = await scene.serve({ models, preload: ['conv', 'torn'] });
    await expect.poll(async () => (await ready.get('/readyz')).status).toBe(200);
    const broken = await scene.serve({ models, preload: ['torn'] });
    await expect
      .poll(async () => (await (await broken.get('/readyz')).json()) as unknown)
      // The route is public, so its response does not name any model.
      .toEqual({
        status: 'not ready',
        reason: 'no model could be opened: MODEL_BROKEN; the log has the details',
      });
    expect((await broken.get('/healthz')).status).toBe(200);
    // A name that does not exist is rejected before the server starts.
    await expect(scene.serve({ models, preload: ['conv', 'missing'] })).rejects.toMatchObject({
      code: 'SERVER_PRELOAD_INVALID',
      message: 'preload: model is "missing"; expected one of: conv, torn.',
    });
  });

  it('is not ready if no model can be served, and becomes ready once a model can be served', async () => {
    const folder = path.join(scene.folder, 'later');
    const readyz = async ({ get }: Served): Promise<[number, unknown]> => {
      const answer = await get('/readyz');
      return [answer.status, await answer.json()];
    };
    const served = await scene.serve({ models: folder });
    const none = { status: 'not ready', reason: 'no usable model; the log has the details' };
    expect(await readyz(served)).toEqual([503, none]);
    await mkdir(path.join(folder, 'torn'), { recursive: true });
    await writeFile(path.join(folder, 'torn/isonoise.json'), '{');
    expect(await readyz(served)).toEqual([503, none]);
    await cp(path.join(scene.folder, 'models/conv'), path.join(folder, 'conv'), { recursive: true });
    expect(await readyz(served)).toEqual([200, { status: 'ready' }]);

    // A graph that ONNX Runtime cannot open is discovered at the first request.
    const damaged = await scene.serve({
      models: folder,
      open: () => Promise.reject(runtimeError('RUNTIME_CONTRACT', 'x')),
    });
    expect(await readyz(damaged)).toEqual([200, { status: 'ready' }]);
    const failed = await damaged.sample({ model: 'conv', seed: 1 });
    expect([failed.status, ((await failed.json()) as ApiError).error.code]).toEqual([503, 'MODEL_BROKEN']);
    expect(await readyz(damaged)).toEqual([
      503,
      { status: 'not ready', reason: 'no model could be opened: RUNTIME_CONTRACT; the log has the details' },
    ]);
  });
});
