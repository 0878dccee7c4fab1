import type { ModelSpec } from '@isonoise/bundle';
import type { ModelStorage } from '@isonoise/runtime-web';
import { type ReadonlySignal, signal } from '@preact/signals';

/** A model of the visitor: opened from files, or trained here. */
interface ShelvedModel {
  readonly spec: ModelSpec;
  /** SHA-256 of the network. */
  readonly sha256: string | undefined;
  readonly files: readonly File[];
  /** Size of all files in bytes. */
  readonly bytes: number;
}

/**
 * The visitor's models. They are stored in the browser under these keys, with names encoded as in a URL:
 *
 * | key                    | value                                             |
 * | ---------------------- | ------------------------------------------------- |
 * | `model/<name>`         | JSON: spec, hash, and the name of each file        |
 * | `file/<name>/<number>` | a file, as a blob; its bytes stay on disk until a model is loaded |
 */
export interface ModelShelf {
  /** The models, the latest first. */
  readonly models: ReadonlySignal<readonly ShelvedModel[]>;
  /** Whether the stored models have been read. */
  readonly isLoaded: ReadonlySignal<boolean>;
  load(): Promise<void>;
  /** Adds a model, which replaces one of the same name. @returns whether it is stored for the next visit */
  add(model: Omit<ShelvedModel, 'bytes'>): Promise<boolean>;
  remove(name: string): Promise<void>;
}

interface StoredModel {
  readonly version: 1;
  readonly time: number;
  readonly spec: ModelSpec;
  readonly sha256?: string;
  readonly files: readonly string[];
}

/** Names are encoded, because they may contain slashes. */
const factsKey = (name: string): string => `model/${encodeURIComponent(name)}`;
const fileKey = (name: string, number: number | ''): string => `file/${encodeURIComponent(name)}/${number}`;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Creates the shelf. If the browser stores nothing, models stay as long as the page is open.
 *
 * @param storage storage that contains only the keys of the shelf. Earlier versions stored bytes instead of blobs.
 * @param now milliseconds since 1970
 */
export function createModelShelf(storage: ModelStorage<Uint8Array | Blob>, now: () => number): ModelShelf {
  const models = signal<readonly ShelvedModel[]>([]);
  const isLoaded = signal(false);
  const others = (name: string): readonly ShelvedModel[] =>
    models.value.filter(({ spec }) => spec.name !== name);

  async function forget(name: string): Promise<void> {
    // The description is deleted first, so that a partly removed model is not listed.
    await storage.delete(factsKey(name));
    for (const key of await storage.keys(fileKey(name, ''))) await storage.delete(key);
  }

  /**
   * The latest change of the storage. Changes run one after the other, so that files of two models of one name never
   * mix.
   */
  let change: Promise<unknown> = Promise.resolve();
  function inTurn<T>(act: () => Promise<T>): Promise<T> {
    const result = change.then(act);
    change = result.catch(() => {});
    return result;
  }

  async function read(key: string): Promise<{ readonly time: number; readonly model: ShelvedModel } | null> {
    const bytes = await storage.get(key);
    if (!(bytes instanceof Uint8Array)) return null;
    const stored = JSON.parse(decoder.decode(bytes)) as StoredModel;
    if (stored.version !== 1) return null;
    const files: File[] = [];
    for (const [i, path] of stored.files.entries()) {
      const content = await storage.get(fileKey(stored.spec.name, i));
      if (content === undefined) return null;
      files.push(new File([content instanceof Blob ? content : content.slice()], path));
    }
    const { time, spec, sha256 } = stored;
    return { time, model: { spec, sha256, files, bytes: sizeOf(files) } };
  }

  /** Returns null for a model that cannot be read, so that the others are still listed. */
  const readOrNull = (key: string): ReturnType<typeof read> => read(key).catch(() => null);

  return {
    models,
    isLoaded,
    async load() {
      try {
        const found = await Promise.all((await storage.keys('model/')).map(readOrNull));
        const stored = found.filter((each) => each !== null).sort((a, b) => b.time - a.time);
        const here = new Set(models.value.map(({ spec }) => spec.name));
        models.value = [
          ...models.value,
          ...stored.map(({ model }) => model).filter(({ spec }) => !here.has(spec.name)),
        ];
      } catch {
        // Private windows forbid storage.
      }
      isLoaded.value = true;
    },
    async add({ spec, sha256, files }) {
      const { name } = spec;
      models.value = [{ spec, sha256, files, bytes: sizeOf(files) }, ...others(name)];
      return inTurn(async () => {
        try {
          await forget(name);
          for (const [i, file] of files.entries()) await storage.put(fileKey(name, i), file);
          const stored: StoredModel = {
            version: 1,
            time: now(),
            spec,
            ...(sha256 !== undefined && { sha256 }),
            files: files.map((file) => file.webkitRelativePath || file.name),
          };
          await storage.put(factsKey(name), encoder.encode(JSON.stringify(stored)));
          return true;
        } catch {
          // A full disk, or a private window: the model stays in memory.
          await forget(name).catch(() => {});
          return false;
        }
      });
    },
    async remove(name) {
      models.value = others(name);
      await inTurn(() => forget(name)).catch(() => {});
    },
  };
}

const sizeOf = (files: readonly File[]): number => files.reduce((sum, { size }) => sum + size, 0);
