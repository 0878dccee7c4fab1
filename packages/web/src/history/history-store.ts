import type { ModelStorage } from '@isonoise/runtime-web';
import { type ReadonlySignal, signal } from '@preact/signals';
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
  /** Whether the browser does not store drawings, so that they are kept only while the page is open. */
  readonly isTemporary: ReadonlySignal<boolean>;
  /** Reads the stored drawings. */
  load(): Promise<void>;
  /** Keeps a drawing. The oldest ones are removed beyond the limits. */
  add(drawing: KeptDrawing, values: Float32Array): Promise<void>;
  /** The values of a drawing; undefined if they are no longer there. */
  valuesOf(id: string): Promise<Float32Array | undefined>;
  /** Whether a drawing was made in this visit. */
  isOfThisVisit(id: string): boolean;
  remove(id: string): Promise<void>;
  clear(): Promise<void>;
}

export interface HistoryLimits {
  readonly entries: number;
  /** Size of all values in bytes. */
  readonly bytes: number;
}

const LIMITS: HistoryLimits = { entries: 40, bytes: 100e6 };

/** @param storage in which keys of the history are the only ones */
export function createHistoryStore(storage: ModelStorage, limits: HistoryLimits = LIMITS): HistoryStore {
  const entries = signal<readonly KeptDrawing[]>([]);
  const isTemporary = signal(false);
  /** Values of this visit, which stay available if nothing can be stored. */
  const values = new Map<string, Float32Array>();
  const attempt = async <T>(act: () => Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await act();
    } catch {
      // Private windows forbid storage, and disks may be full. The history then lasts as long as the page.
      isTemporary.value = true;
      return otherwise;
    }
  };
  const forget = async (id: string): Promise<void> => {
    values.delete(id);
    await attempt(async () => {
      await storage.delete(`facts/${id}`);
      await storage.delete(`values/${id}`);
    }, undefined);
  };
  /** Returns the newest drawings within the limits, and the others. */
  const split = (all: readonly KeptDrawing[]): readonly [readonly KeptDrawing[], readonly KeptDrawing[]] => {
    let bytes = 0;
    const kept = all.slice(0, limits.entries).filter(({ shape }) => {
      bytes += 4 * shape.reduce((product, n) => product * n, 1);
      return bytes <= limits.bytes;
    });
    return [kept, all.filter((each) => !kept.includes(each))];
  };

  return {
    entries,
    isTemporary,
    async load() {
      const keys = await attempt(() => storage.keys('facts/'), []);
      const read = await Promise.all(
        keys.map((key) =>
          attempt(async () => {
            const bytes = await storage.get(key);
            return bytes === undefined ? null : decodeKept(bytes);
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
      await attempt(async () => {
        await storage.put(`values/${drawing.id}`, new Uint8Array(Float32Array.from(drawn).buffer));
        await storage.put(`facts/${drawing.id}`, encodeKept(drawing));
      }, undefined);
    },
    async valuesOf(id) {
      const here = values.get(id);
      if (here !== undefined) return here;
      const bytes = await attempt(() => storage.get(`values/${id}`), undefined);
      return bytes === undefined ? undefined : new Float32Array(bytes.slice().buffer);
    },
    isOfThisVisit: (id) => values.has(id),
    async remove(id) {
      entries.value = entries.value.filter((each) => each.id !== id);
      await forget(id);
    },
    async clear() {
      const all = entries.value;
      entries.value = [];
      for (const { id } of all) await forget(id);
    },
  };
}
