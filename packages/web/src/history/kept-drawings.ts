import { encodeImageRecord, type ImageRecord, recordOfImage } from '@isonoise/runtime';
import type { ReadonlySignal, Signal } from '@preact/signals';
import { formToQuery } from '../request/link.ts';
import type { DoneDrawing, Drawing } from '../sample/drawing.ts';
import type { DrawingStore } from '../sample/drawing-store.ts';
import type { Favourites } from '../sample/favourites.ts';
import type { HistoryStore } from './history-store.ts';
import type { KeptDrawing } from './kept-drawing.ts';
import { keptOf, stateOf } from './kept-of.ts';

/** The parts of the page that kept drawings use. */
export interface KeptDrawingParts extends Pick<DrawingStore, 'draw' | 'show'> {
  readonly history: HistoryStore;
  /** Gets a finished edit, which the Edit tab shows as soon as it is open. */
  readonly editedDrawing: Signal<DoneDrawing | null>;
  /** Opens the Edit tab, unless it is open, with a kept edit in its address. */
  readonly openEdit: (id: string) => void;
  /** Writes a finished edit into the address of the Edit tab, so that Back returns to the edit before it. */
  readonly rememberEdit: (id: string) => void;
  readonly announce: (text: string) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Returns a random number, which distinguishes drawings of the same time. */
  readonly random: () => number;
}

/** Keeps finished drawings in the history, and shows them again. */
export interface KeptDrawings {
  /** Keeps each finished drawing of a tab, and reads the drawings of earlier visits. Called once for each tab. */
  keepDrawings(of: ReadonlySignal<Drawing>): void;
  /** Returns the id of the kept drawing on screen; null if there is none. */
  shownId(now: Drawing): string | null;
  /** Returns the marked images of the drawing on screen; undefined if the drawing is not kept. */
  favouritesOf(now: Drawing): Favourites | undefined;
  /** Shows a kept drawing again, on its tab. If its images are no longer stored, draws its request again. */
  showKept(kept: KeptDrawing): Promise<void>;
  /** Finds a drawing of this visit by the request of an address. */
  drawingOfVisit(query: URLSearchParams): KeptDrawing | undefined;
  /** Finds a kept drawing, also one of an earlier visit; undefined if it is no longer kept. */
  drawingWithId(id: string): Promise<KeptDrawing | undefined>;
  /**
   * Finds the kept drawing to which the request in a PNG file belongs. The file shows the whole drawing or one of its
   * images.
   */
  drawingOfRecord(record: ImageRecord): KeptDrawing | undefined;
}

export function createKeptDrawings(parts: KeptDrawingParts): KeptDrawings {
  const { history, draw, show, editedDrawing, openEdit, rememberEdit, announce, now: time, random } = parts;
  /** Ids of kept drawings, by their state. */
  const shown = new WeakMap<Drawing, string>();
  let reading: Promise<void> | null = null;
  /** Reads the drawings of earlier visits once. */
  const read = (): Promise<void> => {
    reading ??= history.load();
    return reading;
  };

  function keep(now: Drawing): void {
    if (now.status !== 'done' || now.kind === 'preview' || shown.has(now)) return;
    // A saved run that the form cannot describe is not kept.
    if (now.form === null && now.kind === undefined) return;
    const kept = keptOf(now, time(), random());
    shown.set(now, kept.id);
    void history.add(kept, now.result);
    if (now.kind === 'edit') rememberEdit(kept.id);
  }
  const shownId = (now: Drawing): string | null => shown.get(now) ?? null;

  return {
    keepDrawings(of) {
      void read();
      // Deferred, because keeping a drawing changes other signals.
      of.subscribe((now) => queueMicrotask(() => keep(now)));
    },
    shownId,
    favouritesOf(now) {
      const id = shownId(now);
      const entry = history.entries.value.find((each) => each.id === id);
      if (entry === undefined) return undefined;
      return {
        marked: entry.favourites ?? [],
        toggle: (position) => void history.toggleFavourite(entry.id, position),
      };
    },
    async showKept(kept) {
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
        openEdit(id);
      }
    },
    drawingOfVisit(query) {
      const address = query.toString();
      return history.entries.value.find(
        ({ id, form }) =>
          form !== null && history.isOfThisVisit(id) && formToQuery(form).toString() === address,
      );
    },
    async drawingWithId(id) {
      await read();
      return history.entries.value.find((each) => each.id === id);
    },
    drawingOfRecord(record) {
      const text = encodeImageRecord(record);
      const isOf = (whole: ImageRecord): boolean =>
        encodeImageRecord(whole) === text ||
        (record.plan.images.length === 1 &&
          whole.plan.images.some((_, at) => encodeImageRecord(recordOfImage(whole, at)) === text));
      return history.entries.value.find((each) => each.record != null && isOf(each.record));
    },
  };
}
