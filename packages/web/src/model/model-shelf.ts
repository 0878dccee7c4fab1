import type { ModelSpec } from '@isonoise/bundle';
import type { ModelStorage } from '@isonoise/runtime-web';
import { type ReadonlySignal, signal } from '@preact/signals';
import { isStorageFull } from '../errors/is-storage-full.ts';
import { createTolerantReads } from '../errors/tolerant-reads.ts';
import { webError } from '../errors.ts';
import { abandonedFiles } from './abandoned-files.ts';
import type { StoringLock } from './storing-lock.ts';

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
 * | `model/<name>`         | JSON: spec, hash, version of the files, and the name of each file |
 * | `file/<name>/<version>/<number>` | a file, as a blob; its bytes stay on disk until a model is loaded |
 *
 * Earlier releases stored files without a version, as `file/<name>/<number>`.
 */
export interface ModelShelf {
  /** The models, the latest first. */
  readonly models: ReadonlySignal<readonly ShelvedModel[]>;
  /** Whether the stored models have been read. */
  readonly isLoaded: ReadonlySignal<boolean>;
  /**
   * The latest problem of the storage: `full` or `forbidden` if a model is kept only while the page is open, `unread`
   * if stored models could not be read. Null without a problem.
   */
  readonly problem: ReadonlySignal<'full' | 'forbidden' | 'unread' | null>;
  /** Reads the stored models, then deletes files that no description names. */
  load(): Promise<void>;
  /**
   * Adds a model, which replaces one of the same name. If it cannot be stored, a stored one of this name stays stored.
   *
   * @returns whether it is stored for the next visit
   */
  add(model: Omit<ShelvedModel, 'bytes'>): Promise<boolean>;
  /** Removes a model. @throws `RUN_KEPT_STORAGE` if it cannot be deleted; it then stays listed */
  remove(name: string): Promise<void>;
}

interface StoredModel {
  readonly version: 1;
  readonly time: number;
  readonly spec: ModelSpec;
  readonly sha256?: string;
  /** Absent for files of earlier releases. */
  readonly filesVersion?: string;
  readonly files: readonly string[];
}

/** Names are encoded, because they may contain slashes. */
const factsKey = (name: string): string => `model/${encodeURIComponent(name)}`;
const filesKey = (name: string, version = ''): string =>
  `file/${encodeURIComponent(name)}/${version === '' ? '' : `${version}/`}`;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Creates the shelf. If the browser stores nothing, models stay as long as the page is open.
 *
 * @param storage storage that contains only the keys of the shelf. Earlier versions stored bytes instead of blobs.
 * @param now milliseconds since 1970
 * @param random returns a random number, which distinguishes models that are added at the same time
 * @param lock keeps files of a model that another tab is storing
 */
export function createModelShelf(
  storage: ModelStorage<Uint8Array | Blob>,
  now: () => number,
  random: () => number,
  lock: StoringLock,
): ModelShelf {
  const models = signal<readonly ShelvedModel[]>([]);
  const isLoaded = signal(false);
  const problem = signal<'full' | 'forbidden' | 'unread' | null>(null);
  /** Names of models that are kept only in memory. */
  const unsaved = new Set<string>();
  const others = (name: string): readonly ShelvedModel[] =>
    models.value.filter(({ spec }) => spec.name !== name);

  async function deleteAll(prefix: string): Promise<void> {
    for (const key of await storage.keys(prefix)) await storage.delete(key);
  }

  async function readFacts(key: string): Promise<StoredModel | null> {
    const bytes = await storage.get(key);
    if (!(bytes instanceof Uint8Array)) return null;
    try {
      const stored = JSON.parse(decoder.decode(bytes)) as StoredModel;
      return stored.version === 1 ? stored : null;
    } catch {
      // A damaged description must not prevent listing the other models.
      return null;
    }
  }

  /** Returns the keys of the files that a description lists. Earlier releases stored them without a version. */
  const keysOf = ({ spec, filesVersion, files }: StoredModel): readonly string[] =>
    files.map((_, i) => `${filesKey(spec.name, filesVersion)}${i}`);

  async function deleteFiles(stored: StoredModel): Promise<void> {
    for (const key of keysOf(stored)) await storage.delete(key);
  }

  async function deleteAbandoned(): Promise<void> {
    const named = new Set<string>();
    const unread: string[] = [];
    for (const key of await storage.keys('model/')) {
      const stored = await readFacts(key);
      if (stored === null) unread.push(`file/${key.slice('model/'.length)}/`);
      else for (const file of keysOf(stored)) named.add(file);
    }
    for (const key of abandonedFiles(await storage.keys('file/'), named, unread)) await storage.delete(key);
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
    const stored = await readFacts(key);
    if (stored === null) return null;
    const files: File[] = [];
    const keys = keysOf(stored);
    for (const [i, path] of stored.files.entries()) {
      const content = await storage.get(keys[i] as string);
      if (content === undefined) return null;
      files.push(new File([content instanceof Blob ? content : content.slice()], path));
    }
    const { time, spec, sha256 } = stored;
    return { time, model: { spec, sha256, files, bytes: sizeOf(files) } };
  }

  /** Stores a model. If that fails, a stored one of this name stays. @returns whether it is stored */
  async function store({ spec, sha256, files }: ShelvedModel): Promise<boolean> {
    const { name } = spec;
    const time = now();
    const filesVersion = `${time}-${random()}`;
    const folder = filesKey(name, filesVersion);
    try {
      await lock.storing(async () => {
        const before = await readFacts(factsKey(name));
        for (const [i, file] of files.entries()) await storage.put(`${folder}${i}`, file);
        const stored: StoredModel = {
          version: 1,
          time,
          spec,
          ...(sha256 !== undefined && { sha256 }),
          filesVersion,
          files: files.map((file) => file.webkitRelativePath || file.name),
        };
        // Writing the description replaces the earlier model. If the page is closed before, the earlier model stays.
        await storage.put(factsKey(name), encoder.encode(JSON.stringify(stored)));
        if (before !== null) await deleteFiles(before).catch(() => {});
      });
      unsaved.delete(name);
      return true;
    } catch (error) {
      // A full disk, or a browser that denies storage or locks: the model stays in memory.
      problem.value = isStorageFull(error) ? 'full' : 'forbidden';
      unsaved.add(name);
      await deleteAll(folder).catch(() => {});
      return false;
    }
  }

  /** Stores the models that could not be stored before. Stops at the first that still cannot be stored. */
  async function storeUnsaved(): Promise<void> {
    for (const name of [...unsaved]) {
      const model = models.value.find(({ spec }) => spec.name === name);
      if (model === undefined) unsaved.delete(name);
      else if (!(await store(model))) return;
    }
    if (problem.value !== 'unread') problem.value = null;
  }

  return {
    models,
    isLoaded,
    problem,
    async load() {
      const { reading, isComplete } = createTolerantReads();
      const keys = (await reading(() => storage.keys('model/'))) ?? [];
      const found = await Promise.all(keys.map((key) => reading(() => read(key))));
      const stored = found.filter((each) => each !== null).sort((a, b) => b.time - a.time);
      const here = new Set(models.value.map(({ spec }) => spec.name));
      models.value = [
        ...models.value,
        ...stored.map(({ model }) => model).filter(({ spec }) => !here.has(spec.name)),
      ];
      if (!isComplete()) problem.value ??= 'unread';
      else if (problem.value === 'unread') problem.value = null;
      isLoaded.value = true;
      // Files that cannot be deleted now are deleted at a later visit.
      await inTurn(() => lock.cleaning(deleteAbandoned)).catch(() => {});
    },
    async add({ spec, sha256, files }) {
      const model = { spec, sha256, files, bytes: sizeOf(files) };
      models.value = [model, ...others(spec.name)];
      return inTurn(async () => {
        const isStored = await store(model);
        if (isStored) await storeUnsaved();
        return isStored;
      });
    },
    async remove(name) {
      const removed = models.value.filter(({ spec }) => spec.name === name);
      models.value = others(name);
      await inTurn(async () => {
        try {
          // The description is deleted first, so that a partly removed model is not listed.
          await storage.delete(factsKey(name));
          await deleteAll(filesKey(name));
          unsaved.delete(name);
          await storeUnsaved();
        } catch (cause) {
          // An unsaved model has no stored files, so the failure does not matter.
          if (unsaved.delete(name)) return;
          models.value = [...removed, ...others(name)];
          throw webError(
            'RUN_KEPT_STORAGE',
            `models: ${name} could not be deleted from the browser’s storage (${String(cause)}); ` +
              'expected its files to be deleted. Remove it again.',
            { cause },
          );
        }
      });
    },
  };
}

const sizeOf = (files: readonly File[]): number => files.reduce((sum, { size }) => sum + size, 0);
