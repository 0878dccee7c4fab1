import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { ProviderCandidate } from '@isonoise/runtime';
import { expect, it } from 'vitest';
import { memoryStorage } from '../storage/model-storage.ts';
import { chooseWebProvider } from './choose-web-provider.ts';
import { type MeasuredSetting, ORT_VERSION } from './remembered-choice.ts';

const setting: MeasuredSetting = { model: 'a', adapter: 'acme/fast', threads: 2, browser: 'B 1' };

/** Creates candidates with known speeds. `opened` lists the candidates that were tried. */
function candidates(times: { webgpu: number | Error; wasm: number }): {
  readonly opened: string[];
  readonly list: ProviderCandidate<string>[];
} {
  const opened: string[] = [];
  const list = (['webgpu', 'wasm'] as const).map(
    (name): ProviderCandidate<string> => ({
      name,
      async open() {
        opened.push(name);
        const time = times[name];
        if (time instanceof Error) throw time;
        return name;
      },
      close: async () => {},
      measure: async () => Number(times[name]),
    }),
  );
  return { opened, list };
}

it('chooseWebProvider measures once per model and device', async () => {
  const storage = memoryStorage();
  const { list, opened } = candidates({ webgpu: 2, wasm: 20 });
  expect((await chooseWebProvider('auto', list, storage, setting)).provider).toEqual({
    name: 'webgpu',
    reason: 'webgpu: 2.0 ms per call; wasm: 20.0 ms per call',
  });
  expect(opened.splice(0)).toEqual(['webgpu', 'wasm']);

  expect((await chooseWebProvider('auto', list, storage, setting)).provider).toEqual({
    name: 'webgpu',
    reason: 'remembered for this device (webgpu: 2.0 ms per call; wasm: 20.0 ms per call)',
  });
  expect(opened.splice(0)).toEqual(['webgpu']);

  for (const changed of [{ model: 'b' }, { adapter: 'acme/slow' }, { threads: 1 }, { browser: 'B 2' }]) {
    await chooseWebProvider('auto', list, storage, { ...setting, ...changed });
    expect(opened.splice(0)).toEqual(['webgpu', 'wasm']);
  }
});

it('chooseWebProvider measures again if the remembered provider fails', async () => {
  const storage = memoryStorage();
  await chooseWebProvider('auto', candidates({ webgpu: 2, wasm: 20 }).list, storage, setting);
  const { list } = candidates({ webgpu: new Error('device lost'), wasm: 20 });
  const { provider } = await chooseWebProvider('auto', list, storage, setting);
  expect(provider).toEqual({ name: 'wasm', reason: 'webgpu: device lost' });
});

it('chooseWebProvider retries a failed provider after a day, and keeps a choice without failures', async () => {
  const storage = memoryStorage();
  const day = 24 * 60 * 60 * 1000;
  const busy = { webgpu: new Error('out of memory'), wasm: 20 };
  const choose = (times: { webgpu: number | Error; wasm: number }, at: number) =>
    chooseWebProvider('auto', candidates(times).list, storage, setting, { now: () => at });
  expect((await choose(busy, 0)).provider.name).toBe('wasm');
  expect((await choose({ webgpu: 2, wasm: 20 }, day - 1)).provider).toEqual({
    name: 'wasm',
    reason: 'remembered for this device (webgpu: out of memory)',
  });
  const measured = 'webgpu: 2.0 ms per call; wasm: 20.0 ms per call';
  expect((await choose({ webgpu: 2, wasm: 20 }, day)).provider).toEqual({ name: 'webgpu', reason: measured });
  expect((await choose({ webgpu: 90, wasm: 20 }, 1000 * day)).provider).toEqual({
    name: 'webgpu',
    reason: `remembered for this device (${measured})`,
  });
});

it('chooseWebProvider retries a provider after a day if its measurement failed', async () => {
  const storage = memoryStorage();
  const { list, opened } = candidates({ webgpu: 2, wasm: 20 });
  const slow = list.map((each) =>
    each.name === 'wasm' ? each : { ...each, measure: () => Promise.reject(new Error('more than 10 s')) },
  );
  for (const [at, tried] of [
    [0, ['webgpu', 'wasm']],
    [1, ['wasm']],
    [24 * 60 * 60 * 1000, ['webgpu', 'wasm']],
  ] as const) {
    await chooseWebProvider('auto', slow, storage, setting, { now: () => at });
    expect(opened.splice(0)).toEqual(tried);
  }
});

it('chooseWebProvider leaves the remembered choices unchanged when aborted', async () => {
  const storage = memoryStorage();
  const before = candidates({ webgpu: 2, wasm: 20 });
  await chooseWebProvider('auto', before.list, storage, setting);
  const kept = await storage.keys('');
  // For the known model, abort while the remembered provider opens. For the new model, abort while wasm opens after
  // webgpu.
  for (const [model, last] of [
    [setting.model, 'webgpu'],
    ['b', 'wasm'],
  ] as const) {
    const controller = new AbortController();
    const { list, opened } = candidates({ webgpu: 2, wasm: 20 });
    const aborting = list.map((each) => ({
      ...each,
      async open() {
        if (each.name !== last) return each.open();
        controller.abort(new Error('enough'));
        throw new Error('the worker was terminated');
      },
    }));
    const chosen = chooseWebProvider(
      'auto',
      aborting,
      storage,
      { ...setting, model },
      {
        signal: controller.signal,
      },
    );
    await expect(chosen).rejects.toThrow('enough');
    expect(opened).toEqual(last === 'wasm' ? ['webgpu'] : []);
    expect(await storage.keys('')).toEqual(kept);
  }
});

it('chooseWebProvider ignores remembered choices for a provider requested by name', async () => {
  const storage = memoryStorage();
  const { list, opened } = candidates({ webgpu: 2, wasm: 20 });
  const { provider } = await chooseWebProvider('wasm', list, storage, setting);
  expect(provider).toEqual({ name: 'wasm', reason: 'requested' });
  expect(opened).toEqual(['wasm']);
  expect(await storage.keys('')).toEqual([]);
});

it('ORT_VERSION is the version of the installed onnxruntime-web', () => {
  const entry = createRequire(import.meta.url).resolve('onnxruntime-web');
  const manifest = readFileSync(path.join(path.dirname(entry), '../package.json'), 'utf8');
  expect(ORT_VERSION).toBe((JSON.parse(manifest) as { version: string }).version);
});
