import { imageRecord, recordOfImage } from '@isonoise/runtime';
import { memoryStorage } from '@isonoise/runtime-web';
import { signal } from '@preact/signals';
import { expect, it } from 'vitest';
import { planOfTwo, pointsSpec, twoImages } from '../../testdata/points.ts';
import { formToQuery } from '../request/link.ts';
import { DEFAULT_FORM } from '../request/request-form.ts';
import type { DoneDrawing, Drawing } from '../sample/drawing.ts';
import { createHistoryStore } from './history-store.ts';
import { createKeptDrawings } from './kept-drawings.ts';

const spec = pointsSpec(1, 1);
const form = { ...DEFAULT_FORM, model: 'points' };
const record = imageRecord({ plan: planOfTwo(spec) });
const bytes = Uint8Array.of(0, 255);
const frame = { step: 2, t: null, noisy: bytes, estimate: bytes };
const done: DoneDrawing = {
  ...twoImages(spec, { form }),
  ...{ status: 'done', isLead: false, frames: [frame], latest: frame, steps: 2, elapsedMs: 1, record },
  result: Float32Array.of(-1, 1),
  provider: { name: 'wasm', reason: 'a test' },
};
const edit: DoneDrawing = { ...done, form: null, kind: 'edit', record: null };

function scene(storage = memoryStorage(), time = 0) {
  const log: string[] = [];
  const history = createHistoryStore(storage);
  const editedDrawing = signal<DoneDrawing | null>(null);
  const kept = createKeptDrawings({
    history,
    editedDrawing,
    draw: async () => void log.push('draw'),
    show: (_, state) => void log.push(state === null ? 'show the request' : 'show the images'),
    openEdit: (id) => void log.push(`open Edit with ${id}`),
    rememberEdit: (id) => void log.push(`remember ${id}`),
    now: () => ++time,
    random: () => 0,
  });
  const drawing = signal<Drawing>({ status: 'none' });
  kept.keepDrawings(drawing, 'sample');
  /** Finishes a drawing, and waits until it is kept. */
  const finish = async (now: Drawing): Promise<void> => {
    drawing.value = now;
    await new Promise((resolve) => setTimeout(resolve));
  };
  return { log, history, editedDrawing, kept, drawing, finish };
}

/** Creates a scene with drawings of an earlier visit. Their values are read only when `read` is called. */
async function slowScene(...earlier: readonly DoneDrawing[]) {
  const storage = memoryStorage();
  const before = scene(storage);
  for (const each of earlier) await before.finish({ ...each });
  const readings: (() => void)[] = [];
  const slow = scene({
    ...storage,
    async get(key) {
      if (key.startsWith('values/')) await new Promise<void>((resolve) => readings.push(resolve));
      return storage.get(key);
    },
  });
  await slow.history.load();
  /** Ends all readings, the latest first. */
  const read = (): void => {
    for (const end of readings.splice(0).toReversed()) end();
  };
  return { ...slow, read };
}

it('createKeptDrawings keeps finished requests and edits, but neither previews nor the same drawing twice', async () => {
  const { history, kept, finish } = scene();
  await finish(done);
  await finish({ status: 'preparing' });
  await finish(done);
  await finish(edit);
  await finish({ ...edit, kind: 'preview' });
  await finish({ ...done, form: null });
  expect(history.entries.value.map(({ id }) => id)).toEqual(['2-0', '1-0']);
  expect([kept.shownId(done), kept.shownId({ ...done })]).toEqual(['1-0', null]);
  kept.favouritesOf(done)?.toggle(1);
  expect(kept.favouritesOf(done)?.marked).toEqual([1]);
});

it('createKeptDrawings keeps only the latest drawing of a request, with its favourites', async () => {
  const storage = memoryStorage();
  const before = scene(storage);
  await before.finish(done);
  await before.history.toggleFavourite('1-0', 1);
  const { history, kept, finish } = scene(storage, 10);
  await history.load();
  const again = { ...done };
  await finish(again);
  await finish({ ...done, record: imageRecord({ plan: { ...planOfTwo(spec), seed: '8' } }) });
  expect(history.entries.value.map(({ favourites }) => favourites)).toEqual([undefined, [1]]);
  expect(history.entries.value.map(({ id }) => id)).toContain(kept.shownId(again));
});

it('createKeptDrawings shows kept drawings on their tabs', async () => {
  const { log, history, editedDrawing, kept, finish } = scene();
  await finish(done);
  await finish(edit);
  for (const entry of history.entries.value) await kept.showKept(entry);
  expect(log).toEqual(['remember 2-0', 'open Edit with 2-0', 'show the images']);
  expect(editedDrawing.value).toMatchObject({ status: 'done', kind: 'edit' });
});

it('createKeptDrawings draws a request again if its images are gone, and rejects an edit', async () => {
  const { log, history, kept, finish } = scene();
  await finish(done);
  await finish(edit);
  const [newest, oldest] = history.entries.value;
  if (newest === undefined || oldest === undefined) throw new Error('expected two kept drawings');
  await history.clear();
  await expect(kept.showKept(newest)).rejects.toMatchObject({ code: 'RUN_EDIT_GONE' });
  await kept.showKept(oldest);
  expect(log).toEqual(['remember 2-0', 'show the request', 'draw']);
});

it('createKeptDrawings shows only the latest of two chosen drawings, even if it is read first', async () => {
  const { log, history, kept, read } = await slowScene(edit, edit);
  expect(history.entries.value.map(({ id }) => id)).toEqual(['2-0', '1-0']);
  const shown = history.entries.value.map((entry) => kept.showKept(entry));
  read();
  await Promise.all(shown);
  expect(log).toEqual(['open Edit with 1-0']);
});

it('createKeptDrawings shows a chosen drawing of the Sample tab, even if an edit is opened meanwhile', async () => {
  const { log, history, kept, read } = await slowScene(edit, done);
  const shown = history.entries.value.slice(0, 1).map((entry) => kept.showKept(entry));
  const opened = kept.editWithId('1-0');
  await new Promise((resolve) => setTimeout(resolve));
  read();
  await Promise.all(shown);
  expect([log, await opened]).toMatchObject([['show the images'], { kind: 'edit' }]);
});

it('createKeptDrawings does not replace a run that begins while a chosen drawing is read', async () => {
  const { log, history, kept, read, drawing } = await slowScene(done);
  const shown = history.entries.value.map((entry) => kept.showKept(entry));
  drawing.value = { status: 'preparing' };
  read();
  await Promise.all(shown);
  expect(log).toEqual([]);
});

it('createKeptDrawings keeps a drawing whose images could not be read, and shows it at the next attempt', async () => {
  const storage = memoryStorage();
  const before = scene(storage);
  await before.finish(done);
  await before.finish(edit);
  let fails = false;
  const { log, history, kept } = scene({
    ...storage,
    get: (key) => (fails ? Promise.reject(new DOMException('lost', 'UnknownError')) : storage.get(key)),
  });
  await history.load();
  const stored = await storage.keys('');
  fails = true;
  const failure = { code: 'RUN_KEPT_STORAGE' };
  for (const entry of history.entries.value)
    await expect(kept.showKept(entry)).rejects.toMatchObject(failure);
  await expect(kept.editWithId('2-0')).rejects.toMatchObject(failure);
  expect([await storage.keys(''), history.entries.value.length]).toEqual([stored, 2]);
  fails = false;
  for (const entry of history.entries.value) await kept.showKept(entry);
  expect(log).toEqual(['open Edit with 2-0', 'show the images']);
});

it('createKeptDrawings does not say that an edit is gone if the history could not be read', async () => {
  const storage = memoryStorage();
  await scene(storage).finish(edit);
  let fails = true;
  const { kept } = scene({
    ...storage,
    keys: (prefix) =>
      fails ? Promise.reject(new DOMException('lost', 'UnknownError')) : storage.keys(prefix),
  });
  await expect(kept.editWithId('1-0')).rejects.toMatchObject({ code: 'RUN_KEPT_STORAGE' });
  fails = false;
  expect(await kept.editWithId('1-0')).toMatchObject({ kind: 'edit' });
});

it('createKeptDrawings finds edits by their id, including those of an earlier visit', async () => {
  const storage = memoryStorage();
  const before = scene(storage);
  await before.finish(edit);
  await before.finish(done);
  const { kept, editedDrawing, log } = scene(storage);
  const found = await kept.editWithId('1-0');
  expect(found).toMatchObject({ status: 'done', kind: 'edit' });
  expect(found && kept.shownId(found)).toBe('1-0');
  expect([await kept.editWithId('2-0'), await kept.editWithId('3-0')]).toEqual([null, null]);
  await storage.delete('values/1-0');
  expect(await kept.editWithId('1-0')).toBeNull();
  expect([editedDrawing.value, log]).toEqual([null, []]);
});

it('createKeptDrawings finds drawings by their address, and by the request in a PNG of all images or of one', async () => {
  const { history, kept, finish } = scene();
  await finish(done);
  const [entry] = history.entries.value;
  expect(kept.drawingOfVisit(formToQuery(form))).toBe(entry);
  expect(kept.drawingOfVisit(formToQuery({ ...form, seed: '8' }))).toBeUndefined();
  expect([record, recordOfImage(record, 1)].map((each) => kept.drawingOfRecord(each))).toEqual([
    entry,
    entry,
  ]);
  expect(kept.drawingOfRecord({ ...record, model: '0'.repeat(64) })).toBeUndefined();
});
