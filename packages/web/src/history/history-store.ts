import { plural } from '@isonoise/error';
import type { ModelStorage } from '@isonoise/runtime-web';
import { type ReadonlySignal, signal } from '@preact/signals';
import { isStorageFull } from '../errors/is-storage-full.ts';
import { createTolerantReads } from '../errors/tolerant-reads.ts';
import { webError } from '../errors.ts';
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
  /**
   * The latest problem of the storage: `full` or `forbidden` if new drawings are kept only while the page is open,
   * `unread` if drawings of earlier visits could not be read. Null without a problem.
   */
  readonly problem: ReadonlySignal<'full' | 'forbidden' | 'unread' | null>;
  /** Reads the stored drawings that are not listed yet. @returns false if some could not be read; they stay stored */
  load(): Promise<boolean>;
  /**
   * Keeps a drawing. Removes the oldest drawings beyond the limits.
   *
   * @param replaced id of an earlier drawing of the same request. It is removed once the new one is stored; if that fails,
   *   a stored one stays. Default: none
   */
  add(drawing: KeptDrawing, values: Float32Array, replaced?: string): Promise<void>;
  /**
   * Returns the values of a drawing; undefined if they have been removed.
   *
   * @throws `RUN_KEPT_STORAGE` if the storage cannot be read
   */
  valuesOf(id: string): Promise<Float32Array | undefined>;
  /** Whether a drawing was made in this visit. */
  isOfThisVisit(id: string): boolean;
  /** Marks an image of a drawing as a favourite, or removes the mark. Drawings with favourites are removed last. */
  toggleFavourite(id: string, position: number): Promise<void>;
  /** Removes a drawing. @throws `RUN_KEPT_STORAGE` if it cannot be deleted; it then stays listed */
  remove(id: string): Promise<void>;
  /** Removes all drawings. @throws `RUN_KEPT_STORAGE` if some cannot be deleted; these stay listed */
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
  const problem = signal<'full' | 'forbidden' | 'unread' | null>(null);
  /** Drawings that are kept only in memory, because the storage is full or forbidden. */
  const unsaved = new Set<string>();
  /** Drawings that were removed in this visit. A read that began before must not list them again. */
  const removedIds = new Set<string>();
  const listed = (id: string): KeptDrawing | undefined => entries.value.find((each) => each.id === id);
  /** Values of this visit, which stay available if nothing can be stored. */
  const values = new Map<string, Float32Array>();
  /** Changes the storage. @returns false if the change failed */
  const attempt = async (act: () => Promise<unknown>): Promise<boolean> => {
    try {
      await act();
      return true;
    } catch (error) {
      // Private windows forbid storage, and disks may be full. The history then lasts as long as the page.
      problem.value = isStorageFull(error) ? 'full' : 'forbidden';
      return false;
    }
  };
  const deleteStored = async (id: string): Promise<void> => {
    await storage.delete(`values/${id}`);
    await storage.delete(`facts/${id}`);
  };
  /** Removes unlisted drawings. Drawings that cannot be deleted are listed again. */
  const forget = async (removed: readonly KeptDrawing[]): Promise<void> => {
    const failed: KeptDrawing[] = [];
    let cause: unknown;
    for (const entry of removed) {
      const { id } = entry;
      removedIds.add(id);
      try {
        // Nothing is stored of an unsaved drawing.
        if (!unsaved.has(id)) await deleteStored(id);
        values.delete(id);
        unsaved.delete(id);
      } catch (error) {
        removedIds.delete(id);
        failed.push(entry);
        cause = error;
      }
    }
    if (failed.length === 0) return;
    entries.value = [...entries.value, ...failed].toSorted((a, b) => b.time - a.time);
    throw webError(
      'RUN_KEPT_STORAGE',
      `history: ${plural(failed.length, 'drawing')} could not be deleted from the browser’s storage (${String(cause)}); ` +
        'expected all chosen drawings to be deleted. Delete them again.',
      { cause },
    );
  };
  const store = async (drawing: KeptDrawing, drawn: Float32Array): Promise<void> => {
    const { id } = drawing;
    const isStored = await attempt(async () => {
      // Facts are written first and deleted last, because values without facts could not be found and would take
      // space forever.
      await storage.put(`facts/${id}`, encodeKept(listed(id) ?? drawing));
      await storage.put(`values/${id}`, new Uint8Array(Float32Array.from(drawn).buffer));
    });
    // The drawing may have been removed while it was being stored.
    const isListed = listed(id) !== undefined;
    if (isStored && !isListed) await attempt(() => storage.delete(`values/${id}`));
    if (!isStored || !isListed) await attempt(() => storage.delete(`facts/${id}`));
    if (!isStored && isListed) unsaved.add(id);
  };
  /** Stores the drawings that could not be stored before. Stops at the first that still cannot be stored. */
  const storeUnsaved = async (): Promise<void> => {
    if (problem.value !== 'unread') problem.value = null;
    for (const id of [...unsaved]) {
      const entry = listed(id);
      const drawn = values.get(id);
      unsaved.delete(id);
      if (entry !== undefined && drawn !== undefined) await store(entry, drawn);
      if (unsaved.has(id)) return;
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
      const { reading, isComplete } = createTolerantReads();
      const keys = (await reading(() => storage.keys('facts/'))) ?? [];
      const isUnlisted = (id: string): boolean => listed(id) === undefined && !removedIds.has(id);
      const read = await Promise.all(
        keys.map(async (key) => {
          const id = key.slice('facts/'.length);
          if (!isUnlisted(id)) return null;
          const bytes = await reading(() => storage.get(key));
          if (bytes == null) return null;
          try {
            return decodeKept(bytes);
          } catch {
            // A damaged entry is removed, because it takes space but cannot be shown.
            await deleteStored(id).catch(() => {});
            return null;
          }
        }),
      );
      const stored = read.filter((each) => each !== null && isUnlisted(each.id)) as readonly KeptDrawing[];
      entries.value = [...entries.value, ...stored].toSorted((a, b) => b.time - a.time);
      if (!isComplete()) problem.value ??= 'unread';
      else if (problem.value === 'unread') problem.value = null;
      return isComplete();
    },
    async add(drawing, drawn, replaced) {
      values.set(drawing.id, drawn);
      const all = [drawing, ...entries.value];
      // The replaced drawing does not displace others.
      const [kept, others] = split(all.filter(({ id }) => id !== replaced));
      entries.value = all.filter((each) => !others.includes(each));
      // Drawings beyond the limits that cannot be deleted stay, and the next drawing tries again.
      await forget(others).catch(() => {});
      if (!kept.includes(drawing)) return;
      await store(drawing, drawn);
      const isStored = !unsaved.has(drawing.id);
      const former = entries.value.filter(({ id }) => id === replaced && (isStored || unsaved.has(id)));
      entries.value = entries.value.filter((each) => !former.includes(each));
      // If the former drawing cannot be deleted, both stay.
      await forget(former).catch(() => {});
      // There is room again, for example because a run was deleted.
      if (isStored) await storeUnsaved();
    },
    async valuesOf(id) {
      const here = values.get(id);
      if (here !== undefined) return here;
      try {
        const bytes = await storage.get(`values/${id}`);
        return bytes === undefined ? undefined : new Float32Array(bytes.slice().buffer);
      } catch (cause) {
        throw webError(
          'RUN_KEPT_STORAGE',
          `history: the images of this drawing could not be read from the browser’s storage (${String(cause)}); ` +
            'expected the stored images. They stay stored. Try again, or reload the page.',
          { cause },
        );
      }
    },
    isOfThisVisit: (id) => values.has(id),
    async toggleFavourite(id, position) {
      const entry = listed(id);
      if (entry === undefined) return;
      const before = entry.favourites ?? [];
      const favourites = before.includes(position)
        ? before.filter((each) => each !== position)
        : [...before, position].toSorted((a, b) => a - b);
      const changed = { ...entry, favourites };
      entries.value = entries.value.map((each) => (each === entry ? changed : each));
      // The values of an unsaved drawing are not stored. With stored facts, it would be listed at the next visit
      // without its images. The same holds for a drawing that another tab deleted.
      if (unsaved.has(id)) return;
      await attempt(async () => {
        if ((await storage.get(`facts/${id}`)) !== undefined)
          await storage.put(`facts/${id}`, encodeKept(changed));
      });
    },
    async remove(id) {
      const removed = entries.value.filter((each) => each.id === id);
      entries.value = entries.value.filter((each) => each.id !== id);
      await forget(removed);
      await storeUnsaved();
    },
    async clear() {
      const all = entries.value;
      entries.value = [];
      await forget(all);
      await storeUnsaved();
    },
  };
}
