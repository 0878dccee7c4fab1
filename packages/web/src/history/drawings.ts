import { indexedDbStorage } from '@isonoise/runtime-web';
import { formToQuery } from '../request/link.ts';
import type { DoneDrawing, Drawing } from '../sample/drawing.ts';
import { draw, drawing, show } from '../sample/drawing-store.ts';
import type { Favourites } from '../sample/favourites.ts';
import { createHistoryStore, type HistoryStore } from './history-store.ts';
import type { KeptDrawing } from './kept-drawing.ts';

/** Drawings of earlier requests, which are kept in this browser. */
export const history: HistoryStore = createHistoryStore(indexedDbStorage('isonoise-history'));

/** Number of images in a thumbnail. */
const SHOWN = 4;

/** Drawings that came from the history, by their state. */
const shown = new WeakMap<Drawing, string>();

/** Keeps each finished drawing, and reads those of earlier visits. Called once. */
export function keepDrawings(): void {
  void history.load();
  // A drawing that is shown again is marked right after it is shown.
  drawing.subscribe((now) => queueMicrotask(() => keep(now)));
}

function keep(now: Drawing): void {
  if (now.status !== 'done' || now.form === null || shown.has(now)) return;
  const kept = keptOf({ ...now, form: now.form });
  shown.set(now, kept.id);
  void history.add(kept, now.result);
}

/** The kept drawing that is on screen; null if none is. */
export const shownId = (): string | null => shown.get(drawing.value) ?? null;

/** The marked images of the drawing on screen; undefined if it is not kept. */
export function favouritesOnScreen(): Favourites | undefined {
  const id = shownId();
  const entry = history.entries.value.find((each) => each.id === id);
  if (entry === undefined) return undefined;
  return {
    marked: entry.favourites ?? [],
    toggle: (position) => void history.toggleFavourite(entry.id, position),
  };
}

/** Shows a kept drawing again; draws it if its images have been removed. */
export async function showKept({
  id,
  thumbnail: _,
  favourites: __,
  columns,
  record = null,
  ...facts
}: KeptDrawing): Promise<void> {
  const result = await history.valuesOf(id);
  if (result === undefined) {
    await history.remove(id);
    show({ ...facts, record, columns: columns ?? undefined }, null);
    await draw();
    return;
  }
  const state = show({ ...facts, record, columns: columns ?? undefined }, result);
  if (state !== null) shown.set(state, id);
}

/** Finds a drawing of this visit by the request of an address. */
export function drawingOfVisit(query: URLSearchParams): KeptDrawing | undefined {
  const address = query.toString();
  return history.entries.value.find(
    ({ id, form }) => history.isOfThisVisit(id) && formToQuery(form).toString() === address,
  );
}

function keptOf(now: DoneDrawing & { readonly form: KeptDrawing['form'] }): KeptDrawing {
  const { form, model, spec, seed, numbers, shape, columns = null } = now;
  const { notes, steps, elapsedMs, provider, record } = now;
  const time = Date.now();
  const [count, channels, height, width] = shape;
  const images = Math.min(count, SHOWN);
  return {
    id: `${time}-${crypto.getRandomValues(new Uint32Array(1))[0]}`,
    time,
    ...{ form, model, spec, seed, numbers, shape, columns, notes, steps, elapsedMs, provider, record },
    thumbnail: {
      bytes: now.latest.noisy.slice(0, images * channels * height * width),
      shape: [images, channels, height, width],
    },
  };
}
