import type { ModelSpec } from '@isonoise/bundle';
import type { ModelStorage } from '@isonoise/runtime-web';
import { batch, effect, type ReadonlySignal, signal } from '@preact/signals';
import { isStorageFull } from '../errors/is-storage-full.ts';
import type { EditSource } from './edit-source.ts';
import { decodeCanvas, encodeCanvas, type KeptCanvas } from './kept-canvas.ts';
import { hasMask, isBlank, type Layers, sameLayers } from './layers.ts';
import type { PaintStore } from './paint-store.ts';

/** The parts of the page that a canvas keeper uses. */
export interface KeeperParts {
  readonly storage: Pick<ModelStorage, 'get' | 'put' | 'delete'>;
  readonly store: Pick<PaintStore, 'layers' | 'isDrawing' | 'canUndo'>;
  /** The content of the tab; null without a picture. */
  readonly source: ReadonlySignal<EditSource | null>;
  /** The kept edit on screen, and the picture from which it was drawn; null if there is none. */
  readonly shown: () => { readonly id: string | null; readonly layers: Layers | null };
  /** Id of the kept edit that the address names; null if it names none. */
  readonly addressed: () => string | null;
  /** Whether all lists of models have been read. */
  readonly areModelsKnown: ReadonlySignal<boolean>;
  /** Returns the spec of a model; null if it is not available. */
  readonly specNamed: (name: string) => ModelSpec | null;
  /** Name of the chosen model; empty if none is chosen yet. */
  readonly chosenModel: ReadonlySignal<string>;
  /** Puts a source on the tab and chooses its model. */
  readonly take: (source: EditSource) => void;
  /** Empties the canvas, which can be undone, and removes the second picture. */
  readonly clear: () => void;
}

/** What became of the canvas of an earlier visit. */
type KeptState =
  /** The canvas is that of an earlier visit. */
  | { readonly state: 'restored' }
  /** The visitor chose another model, or the model of the canvas is not available. */
  | { readonly state: 'waiting'; readonly source: EditSource }
  /** The stored value is damaged, or of another version. */
  | { readonly state: 'damaged' }
  | { readonly state: 'unread' };

/**
 * Keeps the canvas of the Edit tab in the browser, so that a reload does not lose it: picture, mask, second picture and
 * settings, without the steps to undo. The storage has one value, under the key `canvas`. If several tabs are open, the
 * last change wins. An empty canvas without a second picture is not kept.
 */
export interface CanvasKeeper {
  /** What became of the canvas of an earlier visit; null if there was none, or if the canvas is not restored yet. */
  readonly kept: ReadonlySignal<KeptState | null>;
  /** Why the canvas is not stored; null if it is. */
  readonly problem: ReadonlySignal<'full' | 'forbidden' | null>;
  /**
   * Restores the canvas of an earlier visit, unless the visitor has begun another one, and then keeps each change. Called
   * once.
   */
  begin(): Promise<void>;
  /** Puts the canvas that waits on the tab. */
  show(): void;
  /** Deletes the canvas of an earlier visit. If it is on the tab, the tab is emptied. */
  forget(): void;
  /** Says that another part of the page put something on the tab, which a canvas of an earlier visit must not replace. */
  touch(): void;
  /**
   * Whether the restored canvas belongs to a kept edit, and may be newer than the picture from which the edit was drawn.
   * True at most once, because an edit that is chosen later shows its own picture.
   */
  belongsTo(id: string | null): boolean;
  /** Stores a change that is still waiting, before the page is closed. */
  flush(): void;
}

const KEY = 'canvas';
/** Delay after a change, so that a quick series of strokes is stored once. */
const PAUSE_MS = 400;

export function createCanvasKeeper(parts: KeeperParts): CanvasKeeper {
  const { storage, store, source, shown, addressed, areModelsKnown, specNamed, chosenModel, take, clear } =
    parts;
  const kept = signal<KeptState | null>(null);
  const problem = signal<'full' | 'forbidden' | null>(null);
  /** Whether the tab was opened before a model was chosen, for example by a reload. */
  const isFirst = chosenModel.peek() === '';
  let isTouched = false;
  /** Whether the stored canvas is of this visit or on the tab. Only such a canvas is deleted when the canvas is cleared. */
  let isOwn = false;
  /** Whether a canvas of this visit may have replaced the stored one. */
  let isReplaced = false;
  /** Whether the canvas of an earlier visit was read, and is neither restored nor offered yet. */
  let isPending = false;
  /** Id of the kept edit of the address, which is not shown yet and to which the restored canvas belongs. */
  let restoredOf: string | null = null;
  /** The latest content that is stored, will be stored, or need not be stored. */
  let seen: EditSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** The latest write. Writes run one after the other, so that an earlier state never replaces a later one. */
  let writing: Promise<void> = Promise.resolve();

  async function write(now: EditSource): Promise<void> {
    // A canvas that could not be read must not be replaced unseen.
    if (kept.peek()?.state === 'unread' && !(await read())) {
      problem.value = 'forbidden';
      return;
    }
    // A later state is stored next. A restored canvas is already stored.
    if (now !== seen) return;
    // The kept edit of the address is in the history. The canvas that is about to be restored may be newer.
    if (isPending && now.layers === shown().layers) return;
    await attempt(async () => {
      if (!isVacant(now)) {
        isReplaced = true;
        await storage.put(KEY, encodeCanvas({ source: now, shown: shown().id }));
        isOwn = true;
      } else if (isOwn) await storage.delete(KEY);
    });
  }
  async function attempt(act: () => Promise<void>): Promise<void> {
    try {
      await act();
      problem.value = null;
    } catch (error) {
      problem.value = isStorageFull(error) ? 'full' : 'forbidden';
    }
  }
  function save(): void {
    clearTimeout(timer);
    timer = undefined;
    const now = source.peek();
    if (now === null) return;
    seen = now;
    writing = writing.then(() => write(now));
  }
  /** Keeps each change from now on. */
  function follow(): void {
    // What the visitor began before is a change, too.
    const isBegun = isTouched || (store.canUndo.peek() && store.layers.peek() !== shown().layers);
    if (!isBegun) seen = source.peek();
    effect(() => {
      const now = source.value;
      // An unfinished stroke may be cancelled.
      if (store.isDrawing.value || now === seen) return;
      seen = now;
      // The visitor has gone on from the restored canvas.
      if (kept.peek()?.state === 'restored') kept.value = null;
      clearTimeout(timer);
      timer = setTimeout(save, PAUSE_MS);
    });
  }

  /** Whether the canvas may be replaced by that of an earlier visit. */
  function isFree({ source: earlier, shown: of }: KeptCanvas): boolean {
    const now = store.layers.peek();
    const isNew = now === null || (isEmpty(now) && !store.canUndo.peek());
    if (isTouched || isNew) return !isTouched;
    // The address may have shown an edit first: the one of the earlier canvas, or one that was drawn from it later.
    const { id, layers } = shown();
    return layers === now && ((of !== null && of === id) || sameLayers(now, earlier.layers));
  }
  function restore(found: EditSource, of: string | null): void {
    clearTimeout(timer);
    timer = undefined;
    batch(() => {
      take(found);
      seen = source.peek();
    });
    isOwn = true;
    restoredOf = of === addressed() && of !== shown().id ? of : null;
    kept.value = { state: 'restored' };
    // Otherwise, the stored canvas is this one, or a later one of another tab, which must stay.
    if (isReplaced) save();
  }
  /** Reads the canvas of an earlier visit. @returns whether the storage could be read */
  async function read(): Promise<boolean> {
    let value: unknown;
    try {
      value = await storage.get(KEY);
    } catch {
      kept.value = { state: 'unread' };
      return false;
    }
    const found = value === undefined ? null : decodeCanvas(value);
    kept.value = value !== undefined && found === null ? { state: 'damaged' } : null;
    isPending = found !== null;
    if (found !== null) void until(areModelsKnown).then(() => offer(found));
    return true;
  }
  /** Restores a canvas of an earlier visit, or offers it if the visitor has begun something else. */
  function offer(found: KeptCanvas): void {
    isPending = false;
    const { model } = found.source.form;
    const isChosen = isFirst || chosenModel.peek() === model;
    if (isChosen && specNamed(model) !== null && isFree(found)) restore(found.source, found.shown);
    else kept.value = { state: 'waiting', source: found.source };
  }

  return {
    kept,
    problem,
    async begin() {
      await read();
      follow();
    },
    show() {
      const { value } = kept;
      if (value?.state === 'waiting') restore(value.source, null);
    },
    forget() {
      if (kept.value?.state === 'restored') clear();
      // Nothing of an earlier visit is stored any more once a canvas of this visit is.
      else if (!isOwn) writing = writing.then(() => attempt(() => storage.delete(KEY)));
      kept.value = null;
    },
    touch() {
      isTouched = true;
    },
    belongsTo(id) {
      if (id === null || id !== restoredOf) return false;
      restoredOf = null;
      return true;
    },
    flush() {
      if (timer !== undefined) save();
    },
  };
}

const isEmpty = (layers: Layers): boolean => isBlank(layers) && !hasMask(layers);

/** Whether a source has neither a picture, nor a mask, nor a second picture. */
const isVacant = ({ layers, between }: EditSource): boolean => isEmpty(layers) && between === undefined;

/** Waits until a signal is true. */
function until(condition: ReadonlySignal<boolean>): Promise<void> {
  return new Promise((resolve) => {
    let stop = (): void => {};
    let isMet = false;
    stop = effect(() => {
      if (!condition.value || isMet) return;
      isMet = true;
      // `effect` returns only after its first run.
      queueMicrotask(() => stop());
      resolve();
    });
  });
}
