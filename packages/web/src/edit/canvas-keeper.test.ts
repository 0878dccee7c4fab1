import { type ModelSpec, toSchedulerConfig } from '@isonoise/bundle';
import { type ModelStorage, memoryStorage } from '@isonoise/runtime-web';
import { computed, signal } from '@preact/signals';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { DEFAULT_FORM } from '../request/request-form.ts';
import { createCanvasKeeper } from './canvas-keeper.ts';
import { DEFAULT_EDIT } from './edit-fields.ts';
import type { EditSource } from './edit-source.ts';
import { decodeCanvas } from './kept-canvas.ts';
import { blankLayers, type Layers } from './layers.ts';
import { changeMask } from './paint.ts';
import { createPaintStore } from './paint-store.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const size = { width: 4, height: 4 };
/** A picture that was not painted here. */
const given = changeMask(blankLayers(size, 1), 'all');
const specOf = (name: string): ModelSpec => ({
  name,
  image: { ...size, channels: 1 },
  dataRange: [-1, 1],
  scheduler: toSchedulerConfig({ kind: 'linear' }),
  classes: null,
});

interface SceneOptions {
  /** Name of the model that was chosen before the tab was opened. Default: none. */
  readonly chosen?: string;
  /** Names of the available models. */
  readonly models?: readonly string[];
}

/** The Edit tab of a visit. */
function visit(storage: ModelStorage, { chosen = '', models = ['digits'] }: SceneOptions = {}) {
  const store = createPaintStore();
  const chosenModel = signal(chosen);
  const form = signal({ ...DEFAULT_FORM, model: chosen });
  const known = signal(true);
  const shown = { id: null as string | null, layers: null as Layers | null };
  const address = { id: null as string | null };
  const source = computed((): EditSource | null => {
    const { value: layers } = store.layers;
    return layers === null ? null : { layers, fields: DEFAULT_EDIT, form: form.value };
  });
  const keeper = createCanvasKeeper({
    storage,
    store,
    source,
    shown: () => shown,
    addressed: () => address.id,
    areModelsKnown: known,
    specNamed: (name) => (models.includes(name) ? specOf(name) : null),
    chosenModel,
    take(taken) {
      chosenModel.value = taken.form.model;
      form.value = taken.form;
      store.open(taken.layers);
    },
  });
  const choose = (model: string): void => {
    chosenModel.value = model;
    form.value = { ...form.value, model };
    store.fit(size, 1);
  };
  const paint = (x: number): void => {
    store.begin({ x, y: 0 });
    store.end();
  };
  /** Waits until changes are stored. */
  const settle = () => vi.advanceTimersByTimeAsync(1000);
  return { keeper, store, known, shown, address, choose, paint, settle };
}

/** Returns the stored picture. */
const stored = async (storage: ModelStorage): Promise<Layers | undefined> =>
  decodeCanvas(await storage.get('canvas'))?.source.layers;

/** Paints in a first visit. */
async function painted(): Promise<ModelStorage> {
  const storage: ModelStorage = memoryStorage();
  const first = visit(storage);
  first.choose('digits');
  await first.keeper.begin();
  first.paint(1);
  await first.settle();
  return storage;
}

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

it('createCanvasKeeper offers a canvas of another model, and shows or forgets it', async () => {
  const storage = await painted();
  const options = { chosen: 'other', models: ['digits', 'other'] };
  const before = await stored(storage);
  const next = visit(storage, options);
  await next.keeper.begin();
  await next.settle();
  expect(next.keeper.kept.value).toMatchObject({ state: 'waiting', source: { form: { model: 'digits' } } });
  // The canvas of this visit replaces the stored one, until that one is shown.
  next.choose('other');
  next.paint(2);
  await next.settle();
  expect(await stored(storage)).toEqual(next.store.layers.value);
  next.keeper.show();
  await next.settle();
  expect([next.store.layers.value, await stored(storage)]).toEqual([before, before]);

  const last = visit(storage, options);
  await last.keeper.begin();
  await last.settle();
  last.keeper.forget();
  await last.settle();
  expect([last.keeper.kept.value, await storage.keys('')]).toEqual([null, []]);
});

it('createCanvasKeeper offers a canvas whose model is not available', async () => {
  const next = visit(await painted(), { models: [] });
  await next.keeper.begin();
  await next.settle();
  expect(next.keeper.kept.value?.state).toBe('waiting');
});

it('createCanvasKeeper does not replace what the visitor began while the canvas was read', async () => {
  for (const begin of [
    ({ choose, paint }: ReturnType<typeof visit>) => {
      choose('digits');
      paint(2);
    },
    ({ keeper }: ReturnType<typeof visit>) => keeper.touch(),
  ]) {
    const next = visit(await painted());
    next.known.value = false;
    await next.keeper.begin();
    begin(next);
    const now = next.store.layers.value;
    next.known.value = true;
    await next.settle();
    expect([next.store.layers.value, next.keeper.kept.value?.state]).toEqual([now, 'waiting']);
  }
});

it('createCanvasKeeper stores what was put on the canvas before the stored one was read', async () => {
  for (const begin of [
    ({ choose, paint }: ReturnType<typeof visit>) => {
      choose('digits');
      paint(2);
    },
    ({ keeper, store }: ReturnType<typeof visit>) => {
      keeper.touch();
      store.open(given);
    },
  ]) {
    const storage: ModelStorage = memoryStorage();
    const next = visit(storage);
    begin(next);
    await next.keeper.begin();
    await next.settle();
    expect(await stored(storage)).toEqual(next.store.layers.value);
  }
});

it('createCanvasKeeper restores a canvas that is newer than the kept edit of the address', async () => {
  const storage: ModelStorage = memoryStorage();
  const first = visit(storage);
  first.choose('digits');
  await first.keeper.begin();
  first.shown.id = '5-7';
  first.paint(1);
  await first.settle();
  const newer = first.store.layers.value;

  // The canvas is read before the edit, or after it.
  const early = visit(storage);
  early.address.id = '5-7';
  await early.keeper.begin();
  await early.settle();
  expect([
    early.keeper.belongsTo('5-8'),
    early.keeper.belongsTo('5-7'),
    early.keeper.belongsTo('5-7'),
  ]).toEqual([false, true, false]);
  const late = visit(storage);
  late.choose('digits');
  late.paint(3);
  Object.assign(late.shown, { id: '5-7', layers: late.store.layers.value });
  await late.keeper.begin();
  await late.settle();
  expect([late.store.layers.value, late.keeper.belongsTo('5-7')]).toEqual([newer, false]);

  // The edit is shown before the models are known.
  const slow = visit(storage);
  slow.known.value = false;
  await slow.keeper.begin();
  slow.choose('digits');
  slow.store.open(given);
  Object.assign(slow.shown, { id: '5-7', layers: given });
  await slow.settle();
  expect(await stored(storage)).toEqual(newer);
  slow.known.value = true;
  await slow.settle();
  expect([slow.store.layers.value, await stored(storage)]).toEqual([newer, newer]);
});

it('createCanvasKeeper restores a canvas from which the edit of the address was drawn', async () => {
  const storage = await painted();
  const picture = await stored(storage);
  if (picture === undefined) throw new Error('expected a stored canvas');
  const next = visit(storage);
  next.choose('digits');
  next.store.open(picture);
  Object.assign(next.shown, { id: '5-7', layers: picture });
  await next.keeper.begin();
  await next.settle();
  expect([next.keeper.kept.value, next.store.layers.value]).toEqual([{ state: 'restored' }, picture]);
});

it('createCanvasKeeper lets a kept edit that is chosen later show its own picture', async () => {
  const storage: ModelStorage = memoryStorage();
  const first = visit(storage);
  first.choose('digits');
  await first.keeper.begin();
  first.shown.id = '5-7';
  first.paint(1);
  await first.settle();
  const next = visit(storage);
  await next.keeper.begin();
  await next.settle();
  expect([next.keeper.kept.value, next.keeper.belongsTo('5-7')]).toEqual([{ state: 'restored' }, false]);
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
