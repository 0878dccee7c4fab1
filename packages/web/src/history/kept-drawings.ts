import type { IsonoiseError } from '@isonoise/error';
import { encodeImageRecord, type ImageRecord, recordOfImage } from '@isonoise/runtime';
import type { ReadonlySignal, Signal } from '@preact/signals';
import { webError } from '../errors.ts';
import { formToQuery } from '../request/link.ts';
import type { DoneDrawing, Drawing } from '../sample/drawing.ts';
import type { DrawingStore } from '../sample/drawing-store.ts';
import { drawnName } from '../sample/drawn-name.ts';
import type { Favourites } from '../sample/favourites.ts';
import type { HistoryStore } from './history-store.ts';
import type { KeptDrawing } from './kept-drawing.ts';
import { keptOf, stateOf } from './kept-of.ts';

/** The parts of the page that kept drawings use. */
export interface KeptDrawingParts extends Pick<DrawingStore, 'draw' | 'show'> {
  readonly history: HistoryStore;
  /** Receives a kept edit. The Edit tab shows it as soon as the tab is open. */
  readonly editedDrawing: Signal<DoneDrawing | null>;
  /** Opens the Edit tab, unless it is open, with a kept edit in its address. */
  readonly openEdit: (id: string) => void;
  /** Writes a finished edit into the address of the Edit tab, so that Back returns to the previous edit. */
  readonly rememberEdit: (id: string) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Returns a random number, which distinguishes drawings of the same time. */
  readonly random: () => number;
}

/** The tabs whose drawings are kept. */
type DrawingTab = 'sample' | 'edit';

/** Keeps finished drawings in the history, and shows them again. */
export interface KeptDrawings {
  /** Keeps each finished drawing of a tab, and reads the drawings of earlier visits. Called once for each tab. */
  keepDrawings(of: ReadonlySignal<Drawing>, tab: DrawingTab): void;
  /** Returns the id of the kept drawing on screen; null if there is none. */
  shownId(now: Drawing): string | null;
  /** Returns the marked images of the drawing on screen; undefined if the drawing is not kept. */
  favouritesOf(now: Drawing): Favourites | undefined;
  /**
   * Shows a kept drawing again, on its tab, unless another one is chosen or a run begins there meanwhile. If its images
   * have been deleted, draws its request again.
   *
   * @throws `RUN_EDIT_GONE` for an edit whose images have been deleted; `RUN_KEPT_STORAGE` if the storage cannot be read
   */
  showKept(kept: KeptDrawing): Promise<void>;
  /** Finds a drawing of this visit by the request of an address. */
  drawingOfVisit(query: URLSearchParams): KeptDrawing | undefined;
  /**
   * Returns a kept edit of this or an earlier visit; null if it has been deleted.
   *
   * @throws `RUN_KEPT_STORAGE` if the storage cannot be read
   */
  editWithId(id: string): Promise<DoneDrawing | null>;
  /**
   * Finds the kept drawing to which the request in a PNG file belongs. The file shows the whole drawing or one of its
   * images.
   */
  drawingOfRecord(record: ImageRecord): KeptDrawing | undefined;
}

export function createKeptDrawings(parts: KeptDrawingParts): KeptDrawings {
  const { history, draw, show, editedDrawing, openEdit, rememberEdit, now: time, random } = parts;
  /** Ids of kept drawings, by their state. */
  const shown = new WeakMap<Drawing, string>();
  let reading: Promise<boolean> | null = null;
  /** Reads the drawings of earlier visits, unless all have been read. @returns false if some could not be read */
  const read = async (): Promise<boolean> => {
    reading ??= history.load();
    const isComplete = await reading;
    if (!isComplete) reading = null;
    return isComplete;
  };

  function keep(now: Drawing): void {
    if (now.status !== 'done' || now.kind === 'preview' || shown.has(now)) return;
    // A saved run that the form cannot describe is not kept.
    if (now.form === null && now.kind === undefined) return;
    const same = now.kind === undefined ? requestedBefore(now) : undefined;
    const { favourites } = same ?? {};
    const kept = { ...keptOf(now, time(), random()), ...(favourites && { favourites }) };
    shown.set(now, kept.id);
    void history.add(kept, now.result, same?.id);
    if (now.kind === 'edit') rememberEdit(kept.id);
  }
  /** Finds the kept drawing of the same request. A reload draws the request of its address again. */
  function requestedBefore({ record }: DoneDrawing): KeptDrawing | undefined {
    if (record === null) return undefined;
    const text = encodeImageRecord(record);
    return history.entries.value.find(
      ({ kind, record: each }) => kind === undefined && each != null && encodeImageRecord(each) === text,
    );
  }
  const shownId = (now: Drawing): string | null => shown.get(now) ?? null;

  /** Number of choices of a drawing on each tab so far. Only the latest choice is shown. */
  const choices = { sample: 0, edit: 0 };
  /** Returns the state of a kept drawing. If its images have been deleted, removes it and returns null. */
  async function stateOfKept(kept: KeptDrawing): Promise<DoneDrawing | null> {
    const result = await history.valuesOf(kept.id);
    if (result === undefined) {
      // The request can be drawn again even if the entry cannot be deleted.
      await history.remove(kept.id).catch(() => {});
      return null;
    }
    const state = stateOf(kept, result);
    shown.set(state, kept.id);
    return state;
  }

  return {
    keepDrawings(of, tab) {
      void read();
      of.subscribe((now) => {
        // A chosen drawing that is still being read must not replace this run.
        if (now.status === 'preparing') choices[tab]++;
        // Deferred, because keeping a drawing changes other signals.
        queueMicrotask(() => keep(now));
      });
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
      const tab = form === null ? 'edit' : 'sample';
      choices.sample++;
      choices.edit++;
      const choice = choices[tab];
      const state = await stateOfKept(kept);
      if (choice !== choices[tab]) return;
      if (form !== null) {
        show(form, state);
        if (state === null) await draw();
      } else if (state === null) throw goneEdit(kept);
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
    async editWithId(id) {
      const isComplete = await read();
      const kept = history.entries.value.find((each) => each.id === id);
      if (kept === undefined && !isComplete) throw unreadEdit();
      if (kept?.kind !== 'edit') return null;
      // An edit that was chosen before must not open its tab later.
      choices.edit++;
      return stateOfKept(kept);
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

const goneEdit = (kept: KeptDrawing): IsonoiseError =>
  webError(
    'RUN_EDIT_GONE',
    `${drawnName(kept)}: the images of this edit have been deleted; expected those that were drawn. Draw the edit again.`,
  );

const unreadEdit = (): IsonoiseError =>
  webError(
    'RUN_KEPT_STORAGE',
    'history: the drawings of earlier visits could not be read from the browser’s storage; expected the edit of this address among them. They stay stored. Reload the page.',
  );
