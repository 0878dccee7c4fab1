import type { ModelStorage } from '@isonoise/runtime-web';
import { type ReadonlySignal, signal } from '@preact/signals';
import { isStorageFull } from '../errors/is-storage-full.ts';
import { decodeKept, encodeKept, type KeptDrawing } from './kept-drawing.ts';

/**
 * Drawings of earlier requests. They are kept in the browser, under these keys:
 *
 * | key           | value                                     |
 * | ------------- | ----------------------------------------- |
 * | `facts/<id>`  | facts and thumbnail: `encodeKept`         |
 * | `values/<id>` | the images, float32                       |
 */
export interface HistoryStore {
  /** Newest first. */
  readonly entries: ReadonlySignal<readonly KeptDrawing[]>;
  /** Why drawings are kept only while the page is open: the storage is full or forbidden. Null if they are stored. */
  readonly problem: ReadonlySignal<'full' | 'forbidden' | null>;
  /** Reads the stored drawings. */
  load(): Promise<void>;
  /** Keeps a drawing. Removes the oldest drawings beyond the limits. */
  add(drawing: KeptDrawing, values: Float32Array): Promise<void>;
  /** Returns the values of a drawing; undefined if they have been removed. */
  valuesOf(id: string): Promise<Float32Array | undefined>;
  /** Whether a drawing was made in this visit. */
  isOfThisVisit(id: string): boolean;
  /** Marks an image of a drawing as a favourite, or removes the mark. Drawings with favourites are removed last. */
  toggleFavourite(id: string, position: number): Promise<void>;
  remove(id: string): Promise<void>;
  clear(): Promise<void>;
}

export interface HistoryLimits {
  readonly entries: number;
  /** Size of all values in bytes. */
  readonly bytes: number;
}

const LIMITS: HistoryLimits = { entries: 40, bytes: 100e6 };

/** Whether a drawing has favourite images. */
export const hasFavourites = ({ favourites = [] }: KeptDrawing): boolean => favourites.length > 0;

/** Creates a history of drawings. @param storage contains only the keys of the history */
export function createHistoryStore(storage: ModelStorage, limits: HistoryLimits = LIMITS): HistoryStore {
  const entries = signal<readonly KeptDrawing[]>([]);
  const problem = signal<'full' | 'forbidden' | null>(null);
  /** Drawings that are kept only in memory, because the storage is full. */
  const unsaved = new Set<string>();
  /** Values of this visit, which stay available if nothing can be stored. */
  const values = new Map<string, Float32Array>();
  const attempt = async <T>(act: () => Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await act();
    } catch (error) {
      // Private windows forbid storage, and disks may be full. The history then lasts as long as the page.
      problem.value = isStorageFull(error) ? 'full' : 'forbidden';
      return otherwise;
    }
  };
  const forget = async (id: string): Promise<void> => {
    values.delete(id);
    unsaved.delete(id);
    await attempt(async () => {
      await storage.delete(`values/${id}`);
      await storage.delete(`facts/${id}`);
    }, undefined);
  };
  const store = async (drawing: KeptDrawing, drawn: Float32Array): Promise<void> => {
    const { id } = drawing;
    const isStored = await attempt(async () => {
      // Facts are written first and deleted last, because values without facts could not be found and would take
      // space forever.
      await storage.put(`facts/${id}`, encodeKept(drawing));
      await storage.put(`values/${id}`, new Uint8Array(Float32Array.from(drawn).buffer));
      return true;
    }, false);
    // The drawing may have been removed while it was being stored.
    const isListed = entries.value.some((each) => each.id === id);
    if (isStored && !isListed) await attempt(() => storage.delete(`values/${id}`), undefined);
    if (!isStored || !isListed) await attempt(() => storage.delete(`facts/${id}`), undefined);
    if (!isStored && isListed) unsaved.add(id);
  };
  /** Stores the drawings that did not fit into the storage before. */
  const storeUnsaved = async (): Promise<void> => {
    if (problem.value !== 'full') return;
    problem.value = null;
    for (const id of [...unsaved]) {
      const entry = entries.value.find((each) => each.id === id);
      const drawn = values.get(id);
      unsaved.delete(id);
      if (entry !== undefined && drawn !== undefined) await store(entry, drawn);
    }
  };
  /**
   * Returns the drawings within the limits, and the others. Drawings with favourites take precedence, then newer ones.
   */
  const split = (all: readonly KeptDrawing[]): readonly [readonly KeptDrawing[], readonly KeptDrawing[]] => {
    let bytes = 0;
    const byWorth = all.toSorted((a, b) => Number(hasFavourites(b)) - Number(hasFavourites(a)));
    const worth = byWorth.slice(0, limits.entries).filter(({ shape }) => {
      // A drawing that is too large does not displace the others.
      const size = 4 * shape.reduce((product, n) => product * n, 1);
      if (bytes + size > limits.bytes) return false;
      bytes += size;
      return true;
    });
    return [all.filter((each) => worth.includes(each)), all.filter((each) => !worth.includes(each))];
  };

  return {
    entries,
    problem,
    async load() {
      const keys = await attempt(() => storage.keys('facts/'), []);
      const read = await Promise.all(
        keys.map((key) =>
          attempt(async () => {
            const bytes = await storage.get(key);
            if (bytes === undefined) return null;
            try {
              return decodeKept(bytes);
            } catch {
              // A damaged entry is removed, because it takes space but cannot be shown.
              await forget(key.slice('facts/'.length));
              return null;
            }
          }, null),
        ),
      );
      const known = new Set(entries.value.map(({ id }) => id));
      const stored = read.filter((each) => each !== null && !known.has(each.id)) as readonly KeptDrawing[];
      entries.value = [...entries.value, ...stored].toSorted((a, b) => b.time - a.time);
    },
    async add(drawing, drawn) {
      values.set(drawing.id, drawn);
      const [kept, others] = split([drawing, ...entries.value]);
      entries.value = kept;
      for (const { id } of others) await forget(id);
      if (!kept.includes(drawing)) return;
      await store(drawing, drawn);
      // There is room again, for example because a run was deleted.
      if (!unsaved.has(drawing.id)) await storeUnsaved();
    },
    async valuesOf(id) {
      const here = values.get(id);
      if (here !== undefined) return here;
      const bytes = await attempt(() => storage.get(`values/${id}`), undefined);
      return bytes === undefined ? undefined : new Float32Array(bytes.slice().buffer);
    },
    isOfThisVisit: (id) => values.has(id),
    async toggleFavourite(id, position) {
      const entry = entries.value.find((each) => each.id === id);
      if (entry === undefined) return;
      const before = entry.favourites ?? [];
      const favourites = before.includes(position)
        ? before.filter((each) => each !== position)
        : [...before, position].toSorted((a, b) => a - b);
      const changed = { ...entry, favourites };
      entries.value = entries.value.map((each) => (each === entry ? changed : each));
      // The values of an unsaved drawing are not stored. With stored facts, it would be listed at the next visit
      // without its images.
      if (!unsaved.has(id)) await attempt(() => storage.put(`facts/${id}`, encodeKept(changed)), undefined);
    },
    async remove(id) {
      entries.value = entries.value.filter((each) => each.id !== id);
      await forget(id);
      await storeUnsaved();
    },
    async clear() {
      const all = entries.value;
      entries.value = [];
      for (const { id } of all) await forget(id);
      await storeUnsaved();
    },
  };
}
