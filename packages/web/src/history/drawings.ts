import { encodeImageRecord, type ImageRecord, recordOfImage } from '@isonoise/runtime';
import { indexedDbStorage } from '@isonoise/runtime-web';
import type { ReadonlySignal } from '@preact/signals';
import { goTo, route } from '../app/navigation.ts';
import { editedDrawing } from '../edit/handoff.ts';
import { formToQuery } from '../request/link.ts';
import type { Drawing } from '../sample/drawing.ts';
import { draw, show } from '../sample/drawing-store.ts';
import type { Favourites } from '../sample/favourites.ts';
import { announce } from '../ui/live-region.tsx';
import { createHistoryStore, type HistoryStore } from './history-store.ts';
import type { KeptDrawing } from './kept-drawing.ts';
import { keptOf, stateOf } from './kept-of.ts';

/** Drawings of earlier requests and edits, which are kept in this browser. */
export const history: HistoryStore = createHistoryStore(indexedDbStorage('isonoise-history'));

/** Ids of kept drawings, by their state. */
const shown = new WeakMap<Drawing, string>();

let isRead = false;

/** Keeps each finished drawing of a tab, and reads those of earlier visits. Called once for each tab. */
export function keepDrawings(of: ReadonlySignal<Drawing>): void {
  if (!isRead) void history.load();
  isRead = true;
  // Deferred, because keeping a drawing changes other signals.
  of.subscribe((now) => queueMicrotask(() => keep(now)));
}

function keep(now: Drawing): void {
  if (now.status !== 'done' || now.kind === 'preview' || shown.has(now)) return;
  // A saved run that the form cannot describe is not kept.
  if (now.form === null && now.kind === undefined) return;
  const kept = keptOf(now, Date.now(), crypto.getRandomValues(new Uint32Array(1))[0] ?? 0);
  shown.set(now, kept.id);
  void history.add(kept, now.result);
}

/** Returns the id of the kept drawing on screen; null if there is none. */
export const shownId = (now: Drawing): string | null => shown.get(now) ?? null;

/** Returns the marked images of the drawing on screen; undefined if the drawing is not kept. */
export function favouritesOf(now: Drawing): Favourites | undefined {
  const id = shownId(now);
  const entry = history.entries.value.find((each) => each.id === id);
  if (entry === undefined) return undefined;
  return {
    marked: entry.favourites ?? [],
    toggle: (position) => void history.toggleFavourite(entry.id, position),
  };
}

/** Shows a kept drawing again, on its tab. If its images are no longer stored, draws its request again. */
export async function showKept(kept: KeptDrawing): Promise<void> {
  const { id, form } = kept;
  const result = await history.valuesOf(id);
  if (result === undefined) await history.remove(id);
  const state = result === undefined ? null : stateOf(kept, result);
  if (state !== null) shown.set(state, id);
  if (form !== null) {
    show(form, state);
    if (state === null) await draw();
  } else if (state === null) announce('The images of this edit are no longer there');
  else {
    editedDrawing.value = state;
    if (route.value.tab !== 'edit') goTo('edit');
  }
}

/** Finds a drawing of this visit by the request of an address. */
export function drawingOfVisit(query: URLSearchParams): KeptDrawing | undefined {
  const address = query.toString();
  return history.entries.value.find(
    ({ id, form }) => form !== null && history.isOfThisVisit(id) && formToQuery(form).toString() === address,
  );
}

/** Finds the kept drawing whose PNG file, or that of one of its images, contains a request. */
export function drawingOfRecord(record: ImageRecord): KeptDrawing | undefined {
  const text = encodeImageRecord(record);
  const isOf = (whole: ImageRecord): boolean =>
    encodeImageRecord(whole) === text ||
    (record.plan.images.length === 1 &&
      whole.plan.images.some((_, at) => encodeImageRecord(recordOfImage(whole, at)) === text));
  return history.entries.value.find((each) => each.record != null && isOf(each.record));
}
