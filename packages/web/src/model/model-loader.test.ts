import { toSchedulerConfig } from '@isonoise/bundle';
import type { Model } from '@isonoise/runtime';
import { effect } from '@preact/signals';
import { expect, it } from 'vitest';
import { createModelLoader } from './model-loader.ts';
import type { Place } from './runtime-settings.ts';

const place = (key: string): Place => ({ key, origin: 'a test', open: async () => [] });
const never = new AbortController().signal;

/** Creates a loader, and records its calls in `log`. A model is open once `end` is called. */
function scene() {
  const log: string[] = [];
  const settings = { threads: 1 };
  const broken = new Set<Model>();
  const opening = new Map<string, { succeed(): void; fail(error: Error): void }>();
  const loader = createModelLoader({
    keyWithSettings: (key) => `${key} ${settings.threads}`,
    open: ({ key }, signal) =>
      new Promise<Model>((resolve, reject) => {
        log.push(`open ${key}`);
        signal.addEventListener('abort', () => reject(signal.reason));
        opening.set(key, { succeed: () => resolve(modelOf(key, log)), fail: reject });
      }),
    onLoaded: ({ key }) => log.push(`loaded ${key}`),
    isBroken: (model) => broken.has(model),
  });
  const states: string[] = [];
  effect(() => {
    states.push(loader.state.value.status);
  });
  /** Ends the opening of a place, once it has begun. */
  const end = async (key: string, error?: Error): Promise<void> => {
    while (!opening.has(key)) await Promise.resolve();
    if (error === undefined) opening.get(key)?.succeed();
    else opening.get(key)?.fail(error);
    opening.delete(key);
  };
  return { loader, log, settings, broken, states, end };
}

const modelOf = (name: string, log: string[]): Model => ({
  spec: {
    name,
    image: { channels: 1, height: 1, width: 1 },
    dataRange: [-1, 1],
    scheduler: toSchedulerConfig({ kind: 'linear' }),
    classes: null,
  },
  provider: { name: 'wasm', reason: 'a test' },
  sha256: undefined,
  notes: [],
  denoise: async (x) => x,
  sample: async function* () {},
  verify: () => Promise.reject(new Error('no golden record')),
  dispose: async () => void log.push(`dispose ${name}`),
});

it('createModelLoader loads a model once, and replaces it if the place or the settings change', async () => {
  const { loader, log, settings, states, end } = scene();
  const both = Promise.all([loader.load(place('a'), never), loader.load(place('a'), never)]);
  await end('a');
  const [first, second] = await both;
  expect(first).toBe(second);
  expect([log, states]).toEqual([
    ['open a', 'loaded a'],
    ['none', 'loading', 'ready'],
  ]);
  expect([loader.isCurrent('a'), loader.isCurrent('b')]).toEqual([true, false]);

  settings.threads = 2;
  expect(loader.isCurrent('a')).toBe(false);
  const again = loader.load(place('a'), never);
  await end('a');
  await again;
  expect(log.slice(2)).toEqual(['dispose a', 'open a', 'loaded a']);
});

it('createModelLoader loads an outdated model again, but not a renamed one', async () => {
  const { loader, log, end } = scene();
  const first = loader.load(place('opening 1'), never);
  await end('opening 1');
  await first;
  loader.rename('opening 2', 'other');
  loader.rename('opening 1', 'picked digits');
  await loader.load(place('picked digits'), never);
  expect(log).toEqual(['open opening 1', 'loaded opening 1']);
  loader.outdate();
  const again = loader.load(place('picked digits'), never);
  await end('picked digits');
  await again;
  expect(log.slice(2)).toEqual(['dispose opening 1', 'open picked digits', 'loaded picked digits']);
});

it('createModelLoader shows a failure, and retries at the next call', async () => {
  const { loader, states, end } = scene();
  const first = loader.load(place('a'), never);
  await end('a', new Error('offline'));
  await expect(first).rejects.toThrow('offline');
  expect(loader.state.value).toEqual({ status: 'failed', error: new Error('offline') });
  const second = loader.load(place('a'), never);
  await end('a');
  await second;
  expect(states).toEqual(['none', 'loading', 'failed', 'loading', 'ready']);
});

it('createModelLoader loads a model again after it failed', async () => {
  const { loader, log, broken, end } = scene();
  const first = loader.load(place('a'), never);
  await end('a');
  broken.add(await first);
  const second = loader.load(place('a'), never);
  await end('a');
  expect(await second).not.toBe(await first);
  expect(await loader.load(place('a'), never)).toBe(await second);
  expect(log).toEqual(['open a', 'loaded a', 'dispose a', 'open a', 'loaded a']);
});

it('createModelLoader stops a load that no caller waits for', async () => {
  const { loader, states } = scene();
  const stop = new AbortController();
  const load = loader.load(place('a'), stop.signal);
  stop.abort(new Error('enough'));
  await expect(load).rejects.toThrow('enough');
  await expect.poll(() => states).toEqual(['none', 'loading', 'none']);
});

it('createModelLoader shows only the latest load', async () => {
  const { loader, states, end } = scene();
  const first = loader.load(place('a'), never);
  const second = loader.load(place('b'), never);
  await end('a', new Error('offline'));
  await expect(first).rejects.toThrow('offline');
  expect(loader.state.value.status).toBe('loading');
  await end('b');
  expect((await second).spec.name).toBe('b');
  expect(states).not.toContain('failed');
});
