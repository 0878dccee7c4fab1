import { toSchedulerConfig } from '@isonoise/bundle';
import { type ModelStorage, memoryStorage } from '@isonoise/runtime-web';
import { expect, it } from 'vitest';
import { DEFAULT_FORM } from '../request/request-form.ts';
import { createHistoryStore, type HistoryStore } from './history-store.ts';
import type { KeptDrawing } from './kept-drawing.ts';

const drawing = (time: number): KeptDrawing => ({
  id: `drawing ${time}`,
  time,
  form: { ...DEFAULT_FORM, model: 'points', seed: String(time) },
  model: 'points',
  spec: {
    name: 'points',
    image: { channels: 1, height: 1, width: 2 },
    dataRange: [-1, 1],
    scheduler: toSchedulerConfig({ kind: 'linear' }),
    classes: null,
  },
  seed: String(time),
  numbers: [0],
  shape: [1, 1, 1, 2],
  columns: null,
  notes: [],
  steps: 2,
  elapsedMs: 1,
  provider: { name: 'wasm', reason: 'a test' },
  thumbnail: { bytes: Uint8Array.of(10, 13), shape: [1, 1, 1, 2] },
});
const values = (time: number): Float32Array => Float32Array.of(time / 10, -0.5);
const seeds = ({ entries }: HistoryStore): readonly (string | null)[] =>
  entries.value.map(({ seed }) => seed);

it('createHistoryStore keeps drawings for the next visit, the newest first', async () => {
  const storage = memoryStorage();
  const first = createHistoryStore(storage);
  for (const time of [1, 2]) await first.add(drawing(time), values(time));
  expect(seeds(first)).toEqual(['2', '1']);

  const next = createHistoryStore(storage);
  await next.load();
  expect(next.entries.value).toEqual([drawing(2), drawing(1)]);
  expect(await next.valuesOf('drawing 1')).toEqual(values(1));
  expect([first, next].map((store) => store.isOfThisVisit('drawing 1'))).toEqual([true, false]);
  await next.remove('drawing 2');
  expect(await next.valuesOf('drawing 2')).toBeUndefined();
  await next.clear();
  expect([seeds(next), await storage.keys('')]).toEqual([[], []]);
});

it.each([
  ['entries', { entries: 2, bytes: 1e9 }],
  // A drawing of two values has eight bytes.
  ['bytes', { entries: 9, bytes: 20 }],
] as const)('createHistoryStore removes the oldest drawings beyond its limit of %s', async (_, limits) => {
  const storage = memoryStorage();
  const store = createHistoryStore(storage, limits);
  for (const time of [1, 2, 3]) await store.add(drawing(time), values(time));
  expect(seeds(store)).toEqual(['3', '2']);
  expect(await storage.keys('facts/')).toEqual(['facts/drawing 2', 'facts/drawing 3']);
});

it('createHistoryStore keeps favourites for the next visit, and removes their drawings last', async () => {
  const storage = memoryStorage();
  const store = createHistoryStore(storage, { entries: 2, bytes: 1e9 });
  await store.add(drawing(1), values(1));
  await store.toggleFavourite('drawing 1', 3);
  await store.toggleFavourite('drawing 1', 0);
  await store.toggleFavourite('drawing 1', 3);
  for (const time of [2, 3]) await store.add(drawing(time), values(time));
  expect(seeds(store)).toEqual(['3', '1']);
  const next = createHistoryStore(storage);
  await next.load();
  expect(next.entries.value.map(({ favourites }) => favourites)).toEqual([undefined, [0]]);
});

it('createHistoryStore keeps drawings while the page is open if the browser stores nothing', async () => {
  const refuse = (): Promise<never> => Promise.reject(new DOMException('no storage', 'SecurityError'));
  const forbidden: ModelStorage = { get: refuse, put: refuse, delete: refuse, keys: refuse };
  const store = createHistoryStore(forbidden);
  await store.load();
  await store.add(drawing(1), values(1));
  expect([seeds(store), store.problem.value]).toEqual([['1'], 'forbidden']);
  expect(await store.valuesOf('drawing 1')).toEqual(values(1));
});

/** A storage that refuses values while it is full. */
function limitedStorage(storage: ModelStorage): { readonly limited: ModelStorage; isFull: boolean } {
  const state = {
    isFull: false,
    limited: {
      ...storage,
      put: (key: string, bytes: Uint8Array) =>
        state.isFull && key.startsWith('values/')
          ? Promise.reject(new DOMException('full', 'QuotaExceededError'))
          : storage.put(key, bytes),
    },
  };
  return state;
}

it('createHistoryStore leaves nothing behind if the storage is full, and stores the drawing once there is room', async () => {
  const storage = memoryStorage();
  const state = limitedStorage(storage);
  const store = createHistoryStore(state.limited);
  await store.add(drawing(1), values(1));
  state.isFull = true;
  await store.add(drawing(2), values(2));
  const first = ['facts/drawing 1', 'values/drawing 1'];
  await store.toggleFavourite('drawing 2', 0);
  expect([seeds(store), store.problem.value, await storage.keys('')]).toEqual([['2', '1'], 'full', first]);
  state.isFull = false;
  await store.remove('drawing 1');
  expect([seeds(store), store.problem.value]).toEqual([['2'], null]);
  expect(await storage.keys('')).toEqual(['facts/drawing 2', 'values/drawing 2']);
  const next = createHistoryStore(storage);
  await next.load();
  expect(next.entries.value.map(({ favourites }) => favourites)).toEqual([[0]]);
});

it('createHistoryStore stores the drawings that did not fit as soon as a later one fits', async () => {
  const storage = memoryStorage();
  const state = limitedStorage(storage);
  const store = createHistoryStore(state.limited);
  state.isFull = true;
  await store.add(drawing(1), values(1));
  expect([store.problem.value, await storage.keys('')]).toEqual(['full', []]);
  state.isFull = false;
  await store.add(drawing(2), values(2));
  expect([store.problem.value, await storage.keys('values/')]).toEqual([
    null,
    ['values/drawing 1', 'values/drawing 2'],
  ]);
});

it('createHistoryStore removes damaged entries with their values, and keeps the others', async () => {
  const storage = memoryStorage();
  const store = createHistoryStore(storage);
  for (const time of [1, 2]) await store.add(drawing(time), values(time));
  await storage.put('facts/drawing 1', Uint8Array.of(123, 10));
  const next = createHistoryStore(storage);
  await next.load();
  expect([seeds(next), next.problem.value]).toEqual([['2'], null]);
  expect(await storage.keys('')).toEqual(['facts/drawing 2', 'values/drawing 2']);
});

it('createHistoryStore lists the other drawings if a damaged entry cannot be deleted', async () => {
  const storage = memoryStorage();
  const state = failingStorage(storage);
  await createHistoryStore(storage).add(drawing(1), values(1));
  await storage.put('facts/drawing 2', Uint8Array.of(123, 10));
  state.fails = ['delete'];
  const store = createHistoryStore(state.failing);
  expect(await store.load()).toBe(true);
  expect([seeds(store), store.problem.value]).toEqual([['1'], null]);
});

it('createHistoryStore reads the missing drawings when it loads again after a partial failure', async () => {
  const storage = memoryStorage();
  const first = createHistoryStore(storage);
  for (const time of [1, 2, 3]) await first.add(drawing(time), values(time));
  const reads: string[] = [];
  let broken = 'facts/drawing 2';
  const store = createHistoryStore({
    ...storage,
    async get(key) {
      reads.push(key);
      if (key === broken) throw new DOMException('lost', 'UnknownError');
      return storage.get(key);
    },
  });
  expect(await store.load()).toBe(false);
  expect(seeds(store)).toEqual(['3', '1']);
  broken = '';
  reads.length = 0;
  // Drawing 1 is removed while the second read is in progress.
  const [isComplete] = await Promise.all([store.load(), store.load(), store.remove('drawing 1')]);
  expect([isComplete, seeds(store), store.problem.value]).toEqual([true, ['3', '2'], null]);
  expect(new Set(reads)).toEqual(new Set(['facts/drawing 2']));
  expect(await storage.keys('facts/')).toEqual(['facts/drawing 2', 'facts/drawing 3']);
});

it('createHistoryStore keeps the other drawings if a new one alone exceeds the limit of bytes', async () => {
  const storage = memoryStorage();
  const store = createHistoryStore(storage, { entries: 9, bytes: 20 });
  for (const time of [1, 2]) await store.add(drawing(time), values(time));
  // Four images of two values have 32 bytes.
  await store.add({ ...drawing(3), shape: [4, 1, 1, 2] }, new Float32Array(8));
  expect(seeds(store)).toEqual(['2', '1']);
  expect(await storage.keys('facts/')).toEqual(['facts/drawing 1', 'facts/drawing 2']);
});

it('createHistoryStore deletes a drawing that is removed while it is being stored', async () => {
  const storage = memoryStorage();
  const store = createHistoryStore(storage);
  const added = store.add(drawing(1), values(1));
  await store.clear();
  await added;
  expect([seeds(store), await storage.keys('')]).toEqual([[], []]);
});

/** A storage that fails in the methods that `fails` names. */
function failingStorage(storage: ModelStorage): {
  readonly failing: ModelStorage;
  fails: readonly (keyof ModelStorage)[];
} {
  const refuse = (): Promise<never> => Promise.reject(new DOMException('lost', 'UnknownError'));
  const state = {
    fails: [] as readonly (keyof ModelStorage)[],
    failing: {
      get: (key: string) => (state.fails.includes('get') ? refuse() : storage.get(key)),
      put: (key: string, bytes: Uint8Array) =>
        state.fails.includes('put') ? refuse() : storage.put(key, bytes),
      delete: (key: string) => (state.fails.includes('delete') ? refuse() : storage.delete(key)),
      keys: (prefix: string) => (state.fails.includes('keys') ? refuse() : storage.keys(prefix)),
    },
  };
  return state;
}

it('createHistoryStore throws if the values cannot be read, and reads them afterwards', async () => {
  const storage = memoryStorage();
  await createHistoryStore(storage).add(drawing(1), values(1));
  const state = failingStorage(storage);
  const store = createHistoryStore(state.failing);
  await store.load();
  state.fails = ['get'];
  await expect(store.valuesOf('drawing 1')).rejects.toMatchObject({ code: 'RUN_KEPT_STORAGE' });
  expect(store.problem.value).toBeNull();
  state.fails = [];
  expect(await store.valuesOf('drawing 1')).toEqual(values(1));
});

it.each([['keys'], ['get']] as const)(
  'createHistoryStore says that drawings could not be read if %s fails, and reads them the next time',
  async (method) => {
    const storage = memoryStorage();
    await createHistoryStore(storage).add(drawing(1), values(1));
    const state = failingStorage(storage);
    const store = createHistoryStore(state.failing);
    state.fails = [method];
    expect([await store.load(), seeds(store), store.problem.value]).toEqual([false, [], 'unread']);
    state.fails = [];
    expect([await store.load(), seeds(store), store.problem.value]).toEqual([true, ['1'], null]);
  },
);

it('createHistoryStore keeps a stored drawing if the drawing that replaces it cannot be stored', async () => {
  const storage = memoryStorage();
  const state = failingStorage(storage);
  const store = createHistoryStore(state.failing);
  await store.add(drawing(1), values(1));
  state.fails = ['put'];
  await store.add(drawing(2), values(2), 'drawing 1');
  expect([seeds(store), await storage.keys('values/')]).toEqual([['2', '1'], ['values/drawing 1']]);
  // Drawing 2 is only in memory, so it is replaced.
  await store.add(drawing(3), values(3), 'drawing 2');
  expect(seeds(store)).toEqual(['3', '1']);
  state.fails = [];
  await store.add(drawing(4), values(4), 'drawing 1');
  expect(seeds(store)).toEqual(['4', '3']);
  expect(await storage.keys('values/')).toEqual(['values/drawing 3', 'values/drawing 4']);
});

it('createHistoryStore removes only the replaced drawing if it is at its limit', async () => {
  const storage = memoryStorage();
  const store = createHistoryStore(storage, { entries: 2, bytes: 1e9 });
  for (const time of [1, 2]) await store.add(drawing(time), values(time));
  await store.add(drawing(3), values(3), 'drawing 2');
  expect(seeds(store)).toEqual(['3', '1']);
  expect(await storage.keys('facts/')).toEqual(['facts/drawing 1', 'facts/drawing 3']);
});

it('createHistoryStore stores a favourite that is marked while older drawings are deleted', async () => {
  const storage = memoryStorage();
  const store = createHistoryStore(storage, { entries: 1, bytes: 1e9 });
  await store.add(drawing(1), values(1));
  const added = store.add(drawing(2), values(2));
  await Promise.all([added, store.toggleFavourite('drawing 2', 0)]);
  const next = createHistoryStore(storage);
  await next.load();
  expect(next.entries.value.map(({ favourites }) => favourites)).toEqual([[0]]);
});

it('createHistoryStore lists a drawing again if it cannot be deleted', async () => {
  const storage = memoryStorage();
  const state = failingStorage(storage);
  const store = createHistoryStore(state.failing);
  for (const time of [1, 2]) await store.add(drawing(time), values(time));
  state.fails = ['delete'];
  for (const act of [() => store.remove('drawing 1'), () => store.clear()]) {
    await expect(act()).rejects.toMatchObject({ code: 'RUN_KEPT_STORAGE' });
    expect(seeds(store)).toEqual(['2', '1']);
  }
  state.fails = [];
  await store.clear();
  expect([seeds(store), await storage.keys('')]).toEqual([[], []]);
});

it('createHistoryStore retries an unsaved drawing when the next drawing is stored', async () => {
  const storage = memoryStorage();
  const state = failingStorage(storage);
  const store = createHistoryStore(state.failing);
  state.fails = ['put'];
  await store.add(drawing(1), values(1));
  expect(store.problem.value).toBe('forbidden');
  state.fails = [];
  await store.add(drawing(2), values(2));
  expect([store.problem.value, await storage.keys('values/')]).toEqual([
    null,
    ['values/drawing 1', 'values/drawing 2'],
  ]);
});

it('createHistoryStore does not store the favourites of a drawing that another tab deleted', async () => {
  const storage = memoryStorage();
  await createHistoryStore(storage).add(drawing(1), values(1));
  const [here, there] = [createHistoryStore(storage), createHistoryStore(storage)];
  await Promise.all([here.load(), there.load()]);
  await there.remove('drawing 1');
  await here.toggleFavourite('drawing 1', 0);
  expect(await storage.keys('')).toEqual([]);
});
