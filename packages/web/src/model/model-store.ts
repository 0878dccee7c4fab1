import type { ModelSpec } from '@isonoise/bundle';
import type { Model } from '@isonoise/runtime';
import { indexedDbStorage, type WebProviderName } from '@isonoise/runtime-web';
import { computed, type ReadonlySignal, signal } from '@preact/signals';
import { hasWebGpu, pageUrl } from '../app/site.ts';
import { fitForm } from '../request/request-form.ts';
import { request } from '../request/request-store.ts';
import { catalog } from '../server/catalog.ts';
import { type LoadSummary, LoadTally, NOTHING_LOADED } from './load-progress.ts';
import { createModelShelf, type ModelShelf } from './model-shelf.ts';
import { SharedLoad } from './shared-load.ts';

/** Settings for running a model. */
export interface RuntimeSettings {
  readonly provider: 'auto' | WebProviderName;
  /** CPU threads; null chooses automatically. */
  readonly threads: number | null;
}

export type ModelState =
  | { readonly status: 'none' }
  | { readonly status: 'loading'; readonly summary: LoadSummary }
  | {
      readonly status: 'ready';
      readonly model: Model;
      readonly summary: LoadSummary;
      /** SHA-256 of the files that were loaded from the server, by path in the bundle. */
      readonly hashes: ReadonlyMap<string, string>;
    }
  | { readonly status: 'failed'; readonly error: unknown };

/** Files that the visitor opened, and the spec of their model. */
export interface PickedModel {
  readonly spec: ModelSpec;
  /** SHA-256 of the network. */
  readonly sha256: string | undefined;
  readonly files: readonly File[];
}

export const settings = signal<RuntimeSettings>({ provider: 'auto', threads: null });
export const picked = signal<PickedModel | null>(null);

const state = signal<ModelState>({ status: 'none' });
export const modelState: ReadonlySignal<ModelState> = state;

/** The models that the visitor opened or trained, also in earlier visits. */
export const shelf: ModelShelf = createModelShelf(indexedDbStorage('isonoise-models'), Date.now);

/**
 * Finds a model of the visitor. The one that was opened last hides a server model of the same name; for the others, it is
 * the other way round, so that the server's model can be used after a reload.
 */
function ownNamed(name: string): PickedModel | undefined {
  if (picked.value?.spec.name === name) return picked.value;
  return servedModel(name) === undefined
    ? shelf.models.value.find(({ spec }) => spec.name === name)
    : undefined;
}

/** Spec of the model that the form names, loaded or not; null if it is not available. */
export const chosenSpec: ReadonlySignal<ModelSpec | null> = computed(() => specNamed(request.value.model));

/** Returns the spec of the named model, loaded or not; null if it is not available. */
export function specNamed(name: string): ModelSpec | null {
  const own = ownNamed(name);
  if (own !== undefined) return own.spec;
  // The loaded model is more recent than the catalog.
  const here = servedHere(name)?.model.spec;
  // The name of the bundle may differ from that of its folder on the server.
  return here === undefined ? (servedModel(name)?.spec ?? null) : { ...here, name };
}

/**
 * Specs of the visitor's and the server's models; a visitor's model hides a server model of the same name.
 */
export const knownSpecs: ReadonlySignal<readonly ModelSpec[]> = computed(() => {
  const served = catalog.value.state === 'ready' ? catalog.value.models.map(({ spec }) => spec) : [];
  const own = picked.value === null ? [] : [picked.value.spec];
  const hidden = new Set(own.map(({ name }) => name));
  const shown = [...own, ...served.filter(({ name }) => !hidden.has(name))];
  const names = new Set(shown.map(({ name }) => name));
  return [...shown, ...shelf.models.value.map(({ spec }) => spec).filter(({ name }) => !names.has(name))];
});

/** Returns the hash of the named model's network; undefined if it is not known. */
export const hashNamed = (name: string): string | undefined => (ownNamed(name) ?? servedModel(name))?.sha256;

/** Returns the name of the model whose network has this hash; null if no such model is available. */
export function nameOfHash(sha256: string): string | null {
  return knownSpecs.value.find(({ name }) => hashNamed(name) === sha256)?.name ?? null;
}

/** The current load, with a key of the model's source, name and settings. */
let loaded: { readonly key: string; readonly load: SharedLoad<Model> } | null = null;

/**
 * Returns the named model, loaded with the chosen settings. Reuses the current load if it matches, else
 * replaces it.
 *
 * @throws the errors of `loadModel` of isonoise; RangeError if the model is not available
 */
export function modelNamed(name: string, signal: AbortSignal): Promise<Model> {
  const { source, key } = sourceOf(name);
  return load(source, key, signal);
}

/** Finds the source of a model, and a key for it. @throws RangeError if the model is not available */
function sourceOf(name: string): { readonly source: URL | readonly File[]; readonly key: string } {
  const files = ownNamed(name)?.files;
  return {
    source: files ?? servedAddress(name),
    key: `${files === undefined ? 'served' : 'picked'} ${name}`,
  };
}

/** The address or the files of a model; undefined if it is not available. */
export function sourceNamed(name: string): URL | readonly File[] | undefined {
  return specNamed(name) === null ? undefined : sourceOf(name).source;
}

/** The open guide, with a key of its source, name and settings. */
let guide: { readonly key: string; readonly load: SharedLoad<Model> } | null = null;

/**
 * Opens the named model as a guide in a separate thread, and closes the guide that was open before. Without a name, the
 * function only closes the open guide and returns undefined.
 *
 * @throws the errors of {@link modelNamed}
 */
export async function guideNamed(name: string | undefined, signal: AbortSignal): Promise<Model | undefined> {
  const found = name === undefined ? undefined : sourceOf(name);
  const key = found === undefined ? undefined : keyOf(found.key);
  const before = guide;
  if (before !== null && (before.key !== key || before.load.givenUp)) {
    guide = null;
    await before.load.result.then(
      (model) => model.dispose(),
      () => {},
    );
  }
  if (found === undefined || key === undefined) return undefined;
  guide ??= { key, load: new SharedLoad((shared) => loadGuide(found.source, shared)) };
  const current = guide;
  current.load.result.catch(() => {
    // The next call retries.
    if (guide === current) guide = null;
  });
  return current.load.wait(signal);
}

/** The chosen provider. A site without the files of WebGPU has only one. */
const chosenProvider = (): RuntimeSettings['provider'] => (hasWebGpu ? settings.value.provider : 'wasm');

async function loadGuide(source: URL | readonly File[], signal: AbortSignal): Promise<Model> {
  const { loadModel } = await import('isonoise');
  const { threads } = settings.value;
  return loadModel(source, { provider: chosenProvider(), ...(threads === null ? {} : { threads }), signal });
}

/** SHA-256 of a loaded server model's files; null if it is not loaded or not from the server. */
export function loadedServedHashes(name: string): ReadonlyMap<string, string> | null {
  return servedHere(name)?.hashes ?? null;
}

function servedHere(name: string): Extract<ModelState, { status: 'ready' }> | null {
  const { value } = state;
  return value.status === 'ready' && loaded?.key === keyOf(`served ${name}`) ? value : null;
}

/** Marks the loaded model as outdated, so that the next request reloads it. */
export function markModelOutdated(): void {
  if (loaded !== null) loaded = { ...loaded, key: 'outdated' };
}

/** The opening of files that is in progress; null if none is. */
let opening: Promise<void> | null = null;

/**
 * Returns a promise that resolves once no files are being opened, and never rejects; null if none are being opened
 * now.
 */
export const filesOpened = (): Promise<void> | null => opening;

/** Opens files that were dropped, picked or trained here, and selects them as the model. */
export async function openFiles(files: readonly File[]): Promise<ModelSpec> {
  const opened = selectFiles(files);
  const settled = opened.then(
    () => {},
    () => {},
  );
  opening = settled;
  try {
    return await opened;
  } finally {
    if (opening === settled) opening = null;
  }
}

async function selectFiles(files: readonly File[]): Promise<ModelSpec> {
  const model = await load(
    files,
    `picked ${files.map((file) => file.name).join()}`,
    new AbortController().signal,
  );
  const before = chosenSpec.value;
  picked.value = { spec: model.spec, sha256: model.sha256, files };
  void shelf.add(picked.value);
  request.value = fitForm(request.value, model.spec, before);
  // The load is now stored under the model's name.
  if (loaded !== null) loaded = { ...loaded, key: keyOf(`picked ${model.spec.name}`) };
  return model.spec;
}

async function load(source: URL | readonly File[], name: string, signal: AbortSignal): Promise<Model> {
  signal.throwIfAborted();
  const key = keyOf(name);
  if (loaded === null || loaded.key !== key || loaded.load.givenUp) {
    const before = loaded?.load.result;
    const current = { key, load: new SharedLoad((shared) => replace(before, source, shared)) };
    loaded = current;
    current.load.result.catch(() => {
      // The next call retries.
      if (loaded === current) loaded = null;
    });
  }
  return loaded.load.wait(signal);
}

async function replace(
  before: Promise<Model> | undefined,
  source: URL | readonly File[],
  signal: AbortSignal,
): Promise<Model> {
  const tally = new LoadTally();
  let summary = NOTHING_LOADED;
  state.value = { status: 'loading', summary };
  try {
    await before?.then(
      (model) => model.dispose(),
      () => {},
    );
    const { loadModel } = await import('isonoise');
    const { threads } = settings.value;
    const model = await loadModel(source, {
      provider: chosenProvider(),
      ...(threads === null ? {} : { threads }),
      onProgress(progress) {
        summary = tally.add(progress);
        state.value = { status: 'loading', summary };
      },
      signal,
    });
    state.value = { status: 'ready', model, summary, hashes: tally.hashes };
    return model;
  } catch (error) {
    state.value = signal.aborted ? { status: 'none' } : { status: 'failed', error };
    throw error;
  }
}

function servedModel(name: string) {
  return catalog.value.state === 'ready'
    ? catalog.value.models.find((model) => model.name === name)
    : undefined;
}

function servedAddress(name: string): URL {
  const model = servedModel(name);
  if (model === undefined)
    throw new RangeError(
      `model: ${name} is not available here; expected a model of the list. Choose another, or open its files.`,
    );
  return pageUrl(model.url);
}

function keyOf(name: string): string {
  return `${name} ${JSON.stringify(settings.value)}`;
}

/** Removes a model of the visitor from the list, and from the browser. */
export async function removeModel(name: string): Promise<void> {
  if (picked.value?.spec.name === name) picked.value = null;
  if (loaded?.key === keyOf(`picked ${name}`)) markModelOutdated();
  await shelf.remove(name);
}
