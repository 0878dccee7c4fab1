import type { ModelSpec } from '@isonoise/bundle';
import { plural } from '@isonoise/error';
import type { Model } from '@isonoise/runtime';
import { indexedDbStorage } from '@isonoise/runtime-web';
import { computed, type ReadonlySignal, signal } from '@preact/signals';
import { pageUrl } from '../app/site.ts';
import { markFirstUse } from '../offline/first-use.ts';
import { fitForm } from '../request/fit-form.ts';
import { request } from '../request/request-store.ts';
import { catalog } from '../server/catalog.ts';
import { createModelLoader, type ModelState } from './model-loader.ts';
import { createModelLooks, type ModelLooks } from './model-looks.ts';
import { createModelShelf, type ModelShelf } from './model-shelf.ts';
import { createOpenings } from './openings.ts';
import { createRunModelList, type ListedRun, type RunModelList } from './run-model-list.ts';
import { keyWithSettings, openModel, type Place, type Source } from './runtime-settings.ts';

/** Files that the visitor opened, and the spec of their model. */
export interface PickedModel {
  readonly spec: ModelSpec;
  /** SHA-256 of the network. */
  readonly sha256: string | undefined;
  readonly files: readonly File[];
}

export const picked = signal<PickedModel | null>(null);

/** The models that the visitor opened or trained, also in earlier visits. */
export const shelf: ModelShelf = createModelShelf(indexedDbStorage('isonoise-models'), Date.now);

/** The runs of the Train tab as models. */
export const runModels: RunModelList = createRunModelList(
  indexedDbStorage('isonoise-training'),
  () => import('../train/run-models.ts'),
);

/** Identifies a run and its checkpoint. */
const keyOfRun = ({ run, begun, step }: ListedRun): string => `run ${step} ${begun} ${run}`;

/** Hashes of the networks that were opened in this visit, by the key of their place. */
const openedHashes = new Map<string, string>();

const loader = createModelLoader({
  keyWithSettings,
  open: openModel,
  onLoaded({ key }, { sha256 }) {
    markFirstUse();
    if (sha256 !== undefined) openedHashes.set(key, sha256);
  },
});
export const modelState: ReadonlySignal<ModelState> = loader.state;

/** Finds a run by its name in the list. Other models of this name take precedence. */
const runNamed = (name: string): ListedRun | undefined =>
  runModels.models.value.find(({ spec }) => spec.name === name);

/**
 * Finds a model of the visitor. The model that was opened last in this visit hides a server model of the same name. A
 * server model hides the visitor's other models of its name, so that it can be used after a reload.
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
  return here === undefined ? (servedModel(name)?.spec ?? runNamed(name)?.spec ?? null) : { ...here, name };
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

/** Specs of the models that can be drawn with: {@link knownSpecs}, then the runs of the Train tab. */
export const drawableSpecs: ReadonlySignal<readonly ModelSpec[]> = computed(() => {
  const names = new Set(knownSpecs.value.map(({ name }) => name));
  const runs = runModels.models.value.map(({ spec }) => spec);
  return [...knownSpecs.value, ...runs.filter(({ name }) => !names.has(name))];
});

/** Returns the hash of the named model's network; undefined if it is not known. */
export function hashNamed(name: string): string | undefined {
  const known = ownNamed(name) ?? servedModel(name);
  const run = runNamed(name);
  return known === undefined && run !== undefined ? openedHashes.get(keyOfRun(run)) : known?.sha256;
}

/** Returns the name of the model whose network has this hash; null if no such model is available. */
export function nameOfHash(sha256: string): string | null {
  return drawableSpecs.value.find(({ name }) => hashNamed(name) === sha256)?.name ?? null;
}

/**
 * Returns the named model, loaded with the chosen settings. Reuses the current load if it matches, else
 * replaces it.
 *
 * @throws the errors of `loadModel` of isonoise; RangeError if the model is not available
 */
export const modelNamed = (name: string, signal: AbortSignal): Promise<Model> =>
  loader.load(placeOf(name), signal);

/** Finds the place of a model. @throws RangeError if the model is not available */
export function placeOf(name: string): Place {
  const files = ownNamed(name)?.files;
  const run = files === undefined && servedModel(name) === undefined ? runNamed(name) : undefined;
  if (run !== undefined)
    return {
      key: keyOfRun(run),
      origin: `trained in this browser, ${plural(run.step, 'step')}`,
      open: async (signal) => [await run.open(signal)],
    };
  const source = files ?? servedAddress(name);
  return { key: `${files === undefined ? 'served' : 'picked'} ${name}`, open: async () => source };
}

/** Returns the address or the files of a model; undefined if the model is a run or is not available. */
export function sourceNamed(name: string): Source | undefined {
  const files = ownNamed(name)?.files;
  return files ?? (servedModel(name) === undefined ? undefined : servedAddress(name));
}

/** Colours and symmetry of the images that the models were trained on. */
export const modelLooks: ModelLooks = createModelLooks({
  keyOf: (name) => `${name} ${hashNamed(name)} ${runNamed(name)?.step}`,
  async read(name) {
    const files = ownNamed(name)?.files;
    const served = servedModel(name);
    if (files === undefined && served === undefined) return runNamed(name)?.look ?? null;
    const { readLook } = await import('./read-look.ts');
    return readLook(files ?? served?.url ?? '');
  },
});

/** Returns the SHA-256 of a server model's files; null if this model is not the loaded one. */
export function loadedServedHashes(name: string): ReadonlyMap<string, string> | null {
  return servedHere(name)?.hashes ?? null;
}

function servedHere(name: string): Extract<ModelState, { status: 'ready' }> | null {
  const { value } = loader.state;
  return value.status === 'ready' && loader.isCurrent(`served ${name}`) ? value : null;
}

/** Marks the loaded model as outdated, so that the next request reloads it. */
export const markModelOutdated = (): void => loader.outdate();

const openings = createOpenings();

/**
 * Returns a promise that resolves once no files are being opened, and never rejects; null if none are being opened
 * now.
 */
export const filesOpened = (): Promise<void> | null => openings.settled();

/** Opens files that were dropped, picked or trained here, and selects them as the model. */
export const openFiles = (files: readonly File[]): Promise<ModelSpec> =>
  openings.run(async (number) => {
    // The name of the model is not known yet, and other files may have the same names.
    const key = `opening ${number}`;
    const model = await loader.load({ key, open: async () => files }, new AbortController().signal);
    const before = chosenSpec.value;
    picked.value = { spec: model.spec, sha256: model.sha256, files };
    void shelf.add(picked.value);
    request.value = fitForm(request.value, model.spec, before);
    // Now the name is known. A later load keeps its own key.
    loader.rename(key, `picked ${model.spec.name}`);
    return model.spec;
  });

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

/** Removes a model of the visitor from the list, and from the browser. */
export async function removeModel(name: string): Promise<void> {
  if (picked.value?.spec.name === name) picked.value = null;
  if (loader.isCurrent(`picked ${name}`)) loader.outdate();
  await shelf.remove(name);
}
