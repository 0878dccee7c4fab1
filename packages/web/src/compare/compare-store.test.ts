import { type ModelSpec, toSchedulerConfig } from '@isonoise/bundle';
import { toSampleRequest } from '@isonoise/runtime';
import { sample } from '@isonoise/sampler';
import { signal } from '@preact/signals';
import { expect, it } from 'vitest';
import { checkForm, DEFAULT_FORM, imagesOf, type RequestForm } from '../request/request-form.ts';
import { type CompareParts, createCompareStore } from './compare-store.ts';

const spec: ModelSpec = {
  name: 'points',
  image: { channels: 1, height: 1, width: 2 },
  dataRange: [-1, 1],
  scheduler: toSchedulerConfig({ kind: 'linear' }),
  classes: null,
};
const here = { name: 'wasm', reason: 'a test' } as const;
const there = { name: 'cpu', reason: 'a test' } as const;
const base64 = (values: Float32Array): string => Buffer.from(values.buffer).toString('base64');

function subjectOf(form: RequestForm): ReturnType<CompareParts['subjectOf']> {
  const checked = checkForm(form, spec);
  const images = imagesOf(form);
  if (images === null || !('request' in checked)) return null;
  const { request: asked, ends } = checked;
  return { form, spec, asked, ends, images, shape: [images.length, 1, 1, 2], columns: undefined };
}

/** A real sampler with a network that returns its input times 0.9. */
const model: Awaited<ReturnType<CompareParts['openModel']>> = {
  provider: here,
  sample({ signal, clock, ...request }) {
    if ('from' in request) throw new Error('the run is resumed; expected a new one');
    const planned = toSampleRequest(spec, { ...request, guide: undefined });
    return sample(async (x) => x.map((value) => 0.9 * value), { ...planned, signal, clock });
  },
};

/** Creates a server that draws as the device does, then changes the values. `bodies` receives the requests. */
function server(bodies: unknown[], change: (value: number) => number): CompareParts['sampleThere'] {
  return async function* (body) {
    bodies.push(body);
    const { count, seed, sampler, steps } = body;
    const begun = { id: '1', provider: there, steps: steps ?? 0, class: null, notes: [] };
    yield { name: 'begin', data: begun };
    let values = new Float32Array();
    for await (const { x, t, ...at } of model.sample({ count, seed: seed ?? 0, sampler, steps })) {
      values = x.map(change);
      const times = { elapsedMs: at.step, remainingMs: 0 };
      yield { name: 'step', data: { step: at.step, steps: at.steps, t, ...times, preview: base64(values) } };
    }
    yield { name: 'result', data: { shape: [3, 1, 1, 2], values: base64(values), elapsedMs: 9 } };
  };
}

function scene(parts: Partial<CompareParts> & { change?: (value: number) => number } = {}) {
  const told: string[] = [];
  const bodies: unknown[] = [];
  const form = signal<RequestForm>({ ...DEFAULT_FORM, model: 'points', class: '', count: '3', steps: '4' });
  const store = createCompareStore({
    form,
    subjectOf,
    hasTwoModels: async () => false,
    sync: async () => {},
    openModel: async () => model,
    openGuide: async () => undefined,
    sampleThere: server(bodies, parts.change ?? ((value) => value)),
    announce: (text) => told.push(text),
    clock: () => 0,
    ...parts,
  });
  return { store, form, told, bodies };
}

it('createCompareStore draws the same request on both sides, and finds no difference', async () => {
  const { store, told, bodies } = scene();
  await store.compare();
  const { status, device, server, difference, shape } = store.comparison.value;
  expect([status, shape, difference?.largest, difference?.pixels]).toEqual(['done', [3, 1, 1, 2], 0, 6]);
  expect([device.provider, server.provider]).toEqual([here, there]);
  expect(device.result).toEqual(server.result);
  expect(bodies).toMatchObject([{ model: 'points', seed: '7', count: 3, steps: 4, previewEvery: 1 }]);
  expect(told).toEqual(['Compared: the largest difference is 0']);
});

it('createCompareStore measures a difference, and says that the models differ', async () => {
  const { store, told } = scene({ change: (value) => value / 2, hasTwoModels: async () => true });
  await store.compare();
  const { device, difference, twoModels } = store.comparison.value;
  const largest = Math.max(...Array.from(device.result ?? [], (value) => Math.abs(value) / 2));
  expect([difference?.largest, twoModels]).toEqual([largest, true]);
  expect(told).toEqual([expect.stringContaining('Compared two different models: ')]);
});

it('createCompareStore ignores fields that the tab does not show, and does nothing if the form is invalid', async () => {
  const { store, form } = scene();
  form.value = { ...form.value, toSeed: 'x', palette: 'auto' };
  await store.compare();
  expect(store.comparison.value.status).toBe('done');
  form.value = { ...form.value, seed: 'x' };
  const before = store.comparison.value;
  await store.compare();
  expect(store.comparison.value).toBe(before);
});

it('createCompareStore shows an error, keeps the first side, and forgets a cancelled comparison', async () => {
  const failing: CompareParts['sampleThere'] = () => {
    throw new Error('no server');
  };
  const failed = scene({ sampleThere: failing });
  await failed.store.compare();
  expect(failed.store.comparison.value).toMatchObject({ status: 'failed', error: new Error('no server') });
  expect(failed.store.comparison.value.device.result).toHaveLength(6);

  const stopped = scene({ sync: async () => stopped.store.cancel() });
  await stopped.store.compare();
  expect([stopped.store.comparison.value.status, stopped.told]).toEqual(['none', ['Cancelled']]);
});

it('createCompareStore lets a new comparison replace the one in progress', async () => {
  const { store, told } = scene();
  await Promise.all([store.compare(), store.compare()]);
  expect([store.comparison.value.status, told.length]).toEqual(['done', 1]);
});
