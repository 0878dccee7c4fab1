import { type ModelStorage, memoryStorage } from '@isonoise/runtime-web';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { given, painted, stored, visit } from '../../testdata/canvas-visits.ts';
import { decodeCanvas } from './kept-canvas.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('createCanvasKeeper restores the canvas in the next visit, and keeps each later state', async () => {
  const storage: ModelStorage = memoryStorage();
  const first = visit(storage);
  first.choose('digits');
  await first.keeper.begin();
  await first.settle();
  expect(await storage.keys('')).toEqual([]);
  first.paint(1);
  first.store.changeMask('all');
  await first.settle();
  const before = first.store.layers.value;
  expect(await stored(storage)).toEqual(before);

  const next = visit(storage);
  next.choose('digits');
  await next.keeper.begin();
  await next.settle();
  expect([next.store.layers.value, next.keeper.kept.value]).toEqual([before, { state: 'restored' }]);
  next.paint(3);
  expect(next.keeper.kept.value).toBeNull();
  await next.settle();
  const after = next.store.layers.value;
  expect(await stored(storage)).toEqual(after);
  next.store.undo();
  await next.settle();
  expect(await stored(storage)).toEqual(before);
});

it('createCanvasKeeper stores a change at once before the page is closed', async () => {
  const storage: ModelStorage = memoryStorage();
  const { keeper, choose, paint, store } = visit(storage);
  choose('digits');
  await keeper.begin();
  paint(1);
  keeper.flush();
  await vi.advanceTimersByTimeAsync(0);
  expect(await stored(storage)).toEqual(store.layers.value);
});

it('createCanvasKeeper stores a second picture, even if the canvas is blank', async () => {
  const storage: ModelStorage = memoryStorage();
  const { keeper, choose, second, settle } = visit(storage);
  choose('digits');
  await keeper.begin();
  second.value = given;
  await settle();
  const kept = decodeCanvas(await storage.get('canvas'));
  expect(kept?.source.between?.layers).toEqual(given);
  // In the next visit, it is deleted with the canvas.
  const next = visit(storage);
  await next.keeper.begin();
  await next.settle();
  expect(next.second.value).toEqual(given);
  next.keeper.forget();
  await next.settle();
  expect([next.second.value, await storage.keys('')]).toEqual([null, []]);
  second.value = null;
  await settle();
  expect(await storage.keys('')).toEqual([]);
});

it('createCanvasKeeper does not store an unfinished stroke', async () => {
  const storage: ModelStorage = memoryStorage();
  const { keeper, choose, store, settle } = visit(storage);
  choose('digits');
  await keeper.begin();
  store.begin({ x: 0, y: 0 });
  await settle();
  expect(await storage.keys('')).toEqual([]);
});

it('createCanvasKeeper deletes a canvas that is cleared or forgotten, and never one that it did not show', async () => {
  const storage = await painted();
  const other = visit(storage, { chosen: 'other', models: ['digits', 'other'] });
  await other.keeper.begin();
  other.choose('other');
  await other.settle();
  expect(await stored(storage)).toBeDefined();

  const next = visit(storage);
  await next.keeper.begin();
  await next.settle();
  next.keeper.forget();
  await next.settle();
  expect([await storage.keys(''), next.keeper.kept.value]).toEqual([[], null]);
  next.store.undo();
  await next.settle();
  expect(await stored(storage)).toBeDefined();
});

it('createCanvasKeeper ignores a damaged value, which stays stored until something is painted', async () => {
  const storage: ModelStorage = memoryStorage();
  await storage.put('canvas', Uint8Array.of(1, 2, 3));
  const { keeper, choose, paint, settle, store } = visit(storage);
  choose('digits');
  await keeper.begin();
  await settle();
  expect([keeper.kept.value, await storage.get('canvas')]).toEqual([
    { state: 'damaged' },
    Uint8Array.of(1, 2, 3),
  ]);
  paint(1);
  await settle();
  expect(await stored(storage)).toEqual(store.layers.value);
});

it('createCanvasKeeper does not replace a canvas that could not be read', async () => {
  const storage = await painted();
  const before = await stored(storage);
  const state = { isBroken: true };
  const { keeper, choose, paint, settle, store } = visit({
    ...storage,
    async get(key) {
      if (state.isBroken) throw new DOMException('lost', 'UnknownError');
      return storage.get(key);
    },
  });
  choose('digits');
  await keeper.begin();
  paint(2);
  await settle();
  expect([keeper.kept.value?.state, keeper.problem.value]).toEqual(['unread', 'forbidden']);
  expect(await stored(storage)).toEqual(before);
  state.isBroken = false;
  paint(3);
  await settle();
  expect([keeper.kept.value?.state, keeper.problem.value]).toEqual(['waiting', null]);
  expect(await stored(storage)).toEqual(store.layers.value);
  keeper.show();
  expect(store.layers.value).toEqual(before);
});

it('createCanvasKeeper restores a canvas that can be read only later, and keeps it stored', async () => {
  const storage = await painted();
  const before = await stored(storage);
  const state = { isBroken: true };
  const { keeper, choose, settle, store } = visit({
    ...storage,
    async get(key) {
      if (state.isBroken) throw new DOMException('lost', 'UnknownError');
      return storage.get(key);
    },
  });
  await keeper.begin();
  expect(keeper.kept.value?.state).toBe('unread');
  state.isBroken = false;
  choose('digits');
  await settle();
  expect([keeper.kept.value?.state, store.layers.value]).toEqual(['restored', before]);
  expect(await stored(storage)).toEqual(before);
});

it('createCanvasKeeper says why the canvas is not stored, and stores the next change', async () => {
  const storage = await painted();
  const before = await stored(storage);
  const state = { isFull: true };
  const { keeper, paint, settle, store } = visit({
    ...storage,
    async put(key, bytes) {
      if (state.isFull) throw new DOMException('full', 'QuotaExceededError');
      return storage.put(key, bytes);
    },
  });
  await keeper.begin();
  await settle();
  paint(2);
  await settle();
  expect([keeper.problem.value, await stored(storage)]).toEqual(['full', before]);
  state.isFull = false;
  paint(3);
  await settle();
  expect([keeper.problem.value, await stored(storage)]).toEqual([null, store.layers.value]);
});

it('createCanvasKeeper lets the last change win if two tabs are open', async () => {
  const storage = await painted();
  const [here, there] = [visit(storage), visit(storage)];
  for (const each of [here, there]) {
    each.known.value = false;
    await each.keeper.begin();
    each.known.value = true;
  }
  await vi.advanceTimersByTimeAsync(0);
  there.paint(2);
  there.keeper.flush();
  await there.settle();
  // Restoring alone stores nothing.
  expect(await stored(storage)).toEqual(there.store.layers.value);
  here.paint(3);
  await here.settle();
  expect(await stored(storage)).toEqual(here.store.layers.value);
});
