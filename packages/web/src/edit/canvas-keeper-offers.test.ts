import { type ModelStorage, memoryStorage } from '@isonoise/runtime-web';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { given, painted, stored, visit } from '../../testdata/canvas-visits.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

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
