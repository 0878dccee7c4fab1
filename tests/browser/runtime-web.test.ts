import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ModelSampleRequest } from '@isonoise/runtime';
import { loadModel } from '@isonoise/runtime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Lab, openLab } from '../../scripts/lab/open-lab.ts';
import { rendererMemory } from './renderer-memory.ts';

const SOURCE = '/models/mnist';
const MODEL = path.resolve(import.meta.dirname, '../../models/mnist');
const REQUEST: ModelSampleRequest = { seed: 7, count: 2, steps: 5, class: 3, guidance: 2 };

let lab: Lab;
beforeAll(async () => {
  lab = await openLab({ isolated: true });
});
afterAll(() => lab?.close());

/** Returns the largest absolute difference. */
function apart(a: Float32Array, b: Float32Array): number {
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? Number.NaN))), 0);
}

async function drawHere(request: ModelSampleRequest): Promise<Float32Array> {
  const model = await loadModel(MODEL, { provider: 'cpu' });
  let images = new Float32Array();
  for await (const { x } of model.sample(request)) images = new Float32Array(x);
  await model.dispose();
  return images;
}

describe('a model in a page', () => {
  it('draws the same images as Node and verifies its golden record', async () => {
    // With the default, the number of threads depends on how busy the cores are.
    const { id, provider, notes } = await lab.call('load', { source: SOURCE, provider: 'wasm', threads: 2 });
    expect({ provider, notes }).toEqual({ provider: { name: 'wasm', reason: 'requested' }, notes: [] });
    const { x } = await lab.call('sample', id, REQUEST);
    // Kernels sum in a different order. A difference of 7e-6 was measured after 50 steps. For comparison, half a grey
    // level is 4e-3.
    expect(apart(x, await drawHere(REQUEST))).toBeLessThan(1e-4);
    expect(await lab.call('verify', id)).toMatchObject({ ok: true });
    await lab.call('dispose', id);
  });

  it('rejects invalid requests with a code and can draw afterwards', async () => {
    const { id } = await lab.call('load', { source: SOURCE, provider: 'wasm', threads: 1 });
    await expect(lab.call('sample', id, { ...REQUEST, steps: 0 })).rejects.toMatchObject({
      code: expect.stringMatching(/^(SAMPLER|SCHEDULE|RUNTIME)_/),
    });
    await expect(lab.call('denoise', id, new Float32Array(3), Float32Array.of(0))).rejects.toMatchObject({
      code: 'RUNTIME_INPUT',
    });
    expect((await lab.call('sample', id, REQUEST)).x).toHaveLength(2 * 28 * 28);
    await lab.call('dispose', id);
    await expect(lab.call('sample', id, REQUEST)).rejects.toThrow(`unknown model ${id}`);
  });
});

describe('a provider', () => {
  it('chosen by auto is not WebGPU on a software adapter, and the choice is reported and remembered', async () => {
    const first = await lab.call('load', { source: SOURCE, cache: true });
    expect(first.provider).toEqual({
      name: 'wasm',
      reason: expect.stringMatching(/^webgpu: the adapter .* is a software/),
    });
    const again = await lab.call('load', { source: SOURCE, cache: true });
    expect(again.provider).toEqual({
      name: 'wasm',
      reason: expect.stringMatching(/^remembered for this device/),
    });
    for (const { id } of [first, again]) await lab.call('dispose', id);
  });

  it('requested by name is used, even on a software adapter', async () => {
    const { id, provider } = await lab.call('load', { source: SOURCE, provider: 'webgpu' });
    // tests/parity/devices.test.ts compares the predictions with those of the CPU.
    expect(provider).toEqual({ name: 'webgpu', reason: 'requested' });
    await lab.call('dispose', id);
  });

  it('requested by name fails with its reason if it is unavailable', async () => {
    const plain = await openLab({ chromium: { webgpu: false } });
    await expect(plain.call('load', { source: SOURCE, provider: 'webgpu' })).rejects.toMatchObject({
      name: 'IsonoiseError',
      code: 'RUNTIME_PROVIDER',
      message: expect.stringMatching(/webgpu: (no adapter was found|this browser does not support it)/),
    });
    await plain.close();
  });
});

describe('a page that is not isolated', () => {
  it('has one thread, and a note says how to get more', async () => {
    const page = await lab.open({ isolated: false });
    const { id, notes } = await page.call('load', { source: SOURCE, provider: 'wasm', threads: 2 });
    expect(notes).toEqual([
      expect.stringMatching(/one thread instead of 2.*Cross-Origin-Opener-Policy: same-origin/s),
    ]);
    expect((await page.call('sample', id, REQUEST)).x).toHaveLength(2 * 784);
    await page.call('dispose', id);
  });
});

describe("the browser's storage", () => {
  it('is used at the next visit and offline, and its damaged files are downloaded again', async () => {
    const { page, call } = await lab.open({ isolated: true });
    const load = async (): Promise<Awaited<ReturnType<typeof call<'load'>>>> => {
      const loaded = await call('load', { source: SOURCE, provider: 'wasm', threads: 1, cache: true });
      await call('dispose', loaded.id);
      return loaded;
    };
    const first = await load();
    expect(new Set(Object.values(first.files))).toEqual(new Set(['network']));
    await page.reload();
    const second = await load();
    expect(new Set(Object.values(second.files))).toEqual(new Set(['cache']));

    const { files } = JSON.parse(await readFile(path.join(MODEL, 'isonoise.json'), 'utf8')) as {
      files: Record<string, { sha256: string }>;
    };
    await call('damage', `sha256/${files['unet/model.onnx']?.sha256}`);
    const healed = await load();
    expect(healed.files['unet/model.onnx']).toBe('network');
    expect(healed.notes).toEqual([expect.stringContaining('unet/model.onnx: the copy')]);
    expect((await load()).notes).toEqual([]);

    await page.route(`**${SOURCE}/**`, (route) => route.abort('internetdisconnected'));
    const offline = await load();
    expect(new Set(Object.values(offline.files))).toEqual(new Set(['cache']));
    expect(offline.notes).toEqual([expect.stringContaining('The stored version of the model is used')]);
  });
});

describe('an aborted load', () => {
  it('rejects with the reason, ends its worker, and does not end a concurrent load', async () => {
    const page = await lab.open({ isolated: true });
    const load = (abortAfter?: number): ReturnType<typeof page.call<'load'>> =>
      page.call('load', {
        source: SOURCE,
        provider: 'wasm',
        threads: 1,
        ...(abortAfter !== undefined && { abortAfter }),
      });
    for (const abortAfter of [0, 20]) {
      const [aborted, other] = await Promise.allSettled([load(abortAfter), load()]);
      expect(aborted).toMatchObject({ status: 'rejected', reason: { message: 'lab: enough' } });
      if (other.status === 'rejected') throw other.reason;
      await page.call('dispose', other.value.id);
      await expect.poll(() => page.page.workers()).toHaveLength(0);
    }
    expect(page.errors).toEqual([]);
  });
});

describe('dispose', () => {
  it('frees all memory: ten models use as much as four', async () => {
    const page = await lab.open({ isolated: true });
    const memory = await rendererMemory(page.page);
    const sizes: number[] = [];
    for (let round = 0; round < 10; round++) {
      const { id } = await page.call('load', { source: SOURCE, provider: 'wasm', threads: 1, cache: true });
      await page.call('sample', id, { seed: round, steps: 1 });
      await page.call('dispose', id);
      sizes.push(await memory());
    }
    // A leaked model would keep its 3.6 MB of weights and at least as much memory of ONNX Runtime. From the
    // fourth round to the ninth, that would add more than 35 MB. A browser's own memory varies by a few
    // megabytes.
    const [early, late] = [Math.max(...sizes.slice(2, 4)), Math.min(...sizes.slice(-2))];
    expect(late - early).toBeLessThan(30);
    expect(page.page.workers()).toHaveLength(0);
    expect(page.errors).toEqual([]);
  }, 600_000);
});
