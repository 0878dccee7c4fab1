import { type ModelStorage, memoryStorage } from '@isonoise/runtime-web';
import { expect, it } from 'vitest';
import { drawing, seeds, values } from '../../testdata/kept-drawings.ts';
import { createHistoryStore } from './history-store.ts';

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

it('createHistoryStore does not store the favourites of a drawing that another tab deleted', async () => {
  const storage = memoryStorage();
  await createHistoryStore(storage).add(drawing(1), values(1));
  const [here, there] = [createHistoryStore(storage), createHistoryStore(storage)];
  await Promise.all([here.load(), there.load()]);
  await there.remove('drawing 1');
  await here.toggleFavourite('drawing 1', 0);
  expect(await storage.keys('')).toEqual([]);
});
