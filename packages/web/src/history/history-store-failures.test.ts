import { type ModelStorage, memoryStorage } from '@isonoise/runtime-web';
import { expect, it } from 'vitest';
import { drawing, seeds, values } from '../../testdata/kept-drawings.ts';
import { createHistoryStore } from './history-store.ts';

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
