import type { ModelSpec } from '@isonoise/bundle';
import type { LookRecord } from '@isonoise/data';
import type { Model } from '@isonoise/runtime';
import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { pageUrl } from '../app/site.ts';
import { type Catalog, servedModel } from '../server/catalog.ts';
import { countOf } from '../text/format.ts';
import { createModelLoader, type ModelState } from './model-loader.ts';
import { createModelLooks, type ModelLooks } from './model-looks.ts';
import type { ModelShelf } from './model-shelf.ts';
import { createOpenings } from './openings.ts';
import type { ListedRun, RunModelList } from './run-model-list.ts';
import type { ModelOpener, Place, Source } from './runtime-settings.ts';

/** Files that the visitor opened, and the spec of their model. */
export interface PickedModel {
  readonly spec: ModelSpec;
  /** SHA-256 of the network. */
  readonly sha256: string | undefined;
  readonly files: readonly File[];
}

/** The parts of the page that a model store uses. */
export interface ModelParts extends ModelOpener {
  readonly catalog: ReadonlySignal<Catalog>;
  /** The models that the visitor opened or trained, including those of earlier visits. */
  readonly shelf: ModelShelf;
  /** The runs of the Train tab as models. */
  readonly runModels: RunModelList;
  /** Name of the chosen model. */
  readonly chosenName: ReadonlySignal<string>;
  /** Chooses a model. @param before the model that was chosen before; null if it is not available */
  readonly choose: (spec: ModelSpec, before: ModelSpec | null) => void;
  /** Reads the look of a model's training images. @param source files, or the path of a bundle on the server */
  readonly readLook: (source: string | readonly File[]) => Promise<LookRecord | null>;
  /** Called when a model has been loaded. */
  readonly onLoaded: () => void;
}

/** The models of the page: models of the server, models of the visitor, and runs of the Train tab. */
export interface ModelStore {
  /** The model that the visitor opened last in this visit; null if there is none. */
  readonly picked: ReadonlySignal<PickedModel | null>;
  /** State of the loaded model. */
  readonly modelState: ReadonlySignal<ModelState>;
  /** Spec of the chosen model, loaded or not; null if it is not available. */
  readonly chosenSpec: ReadonlySignal<ModelSpec | null>;
  /** Specs of the visitor's and the server's models; a visitor's model hides a server model of the same name. */
  readonly knownSpecs: ReadonlySignal<readonly ModelSpec[]>;
  /** Specs of the models that can be drawn with: `knownSpecs`, then the runs of the Train tab. */
  readonly drawableSpecs: ReadonlySignal<readonly ModelSpec[]>;
  /** Colours and symmetry of the models' training images. */
  readonly modelLooks: ModelLooks;
  /** Returns the spec of the named model, loaded or not; null if it is not available. */
  readonly specNamed: (name: string) => ModelSpec | null;
  /** Returns the hash of the named model's network; undefined if it is not known. */
  readonly hashNamed: (name: string) => string | undefined;
  /** Returns the name of the model whose network has this hash; null if no such model is available. */
  readonly nameOfHash: (sha256: string) => string | null;
  /**
   * Returns the named model, loaded with the chosen settings. Reuses the current load if it matches, else replaces it.
   *
   * @throws the errors of `openModel`; RangeError if the model is not available
   */
  readonly modelNamed: (name: string, signal: AbortSignal) => Promise<Model>;
  /** Finds the place of a model. @throws RangeError if the model is not available */
  readonly placeOf: (name: string) => Place;
  /** Returns the address or the files of a model; undefined if the model is a run or is not available. */
  readonly sourceNamed: (name: string) => Source | undefined;
  /** Returns the SHA-256 of a server model's files; null if this model is not the loaded one. */
  readonly loadedServedHashes: (name: string) => ReadonlyMap<string, string> | null;
  /** Marks the loaded model as outdated, so that the next request reloads it. */
  readonly markModelOutdated: () => void;
  /**
   * Returns a promise that resolves once no files are being opened, and never rejects; null if none are being opened
   * now.
   */
  readonly filesOpened: () => Promise<void> | null;
  /** Opens files that were dropped, picked or trained here, and chooses them as the model. */
  readonly openFiles: (files: readonly File[]) => Promise<ModelSpec>;
  /** Removes a model of the visitor from the list, and from the browser. */
  readonly removeModel: (name: string) => Promise<void>;
}

/** Identifies a run and its checkpoint. */
const keyOfRun = ({ run, begun, step }: ListedRun): string => `run ${step} ${begun} ${run}`;

export function createModelStore(parts: ModelParts): ModelStore {
  const { catalog, shelf, runModels, chosenName, choose, readLook, onLoaded } = parts;
  const picked: Signal<PickedModel | null> = signal(null);
  /** Hashes of the networks that were opened in this visit, by the key of their place. */
  const openedHashes = new Map<string, string>();
  const loader = createModelLoader({
    keyWithSettings: parts.keyWithSettings,
    open: parts.openModel,
    isBroken: parts.isBroken,
    onLoaded({ key }, { sha256 }) {
      onLoaded();
      if (sha256 !== undefined) openedHashes.set(key, sha256);
    },
  });
  const openings = createOpenings();

  const served = (name: string): ReturnType<typeof servedModel> => servedModel(catalog.value, name);
  /** Finds a run by its name in the list. Other models of this name take precedence. */
  const runNamed = (name: string): ListedRun | undefined =>
    runModels.models.value.find(({ spec }) => spec.name === name);
  /**
   * Finds a model of the visitor. The model that was opened last in this visit hides a server model of the same name. A
   * server model hides the visitor's other models of its name, so that it can be used after a reload.
   */
  const ownNamed = (name: string): PickedModel | undefined => {
    if (picked.value?.spec.name === name) return picked.value;
    return served(name) === undefined ? shelf.models.value.find(({ spec }) => spec.name === name) : undefined;
  };
  const servedHere = (name: string): Extract<ModelState, { status: 'ready' }> | null => {
    const { value } = loader.state;
    return value.status === 'ready' && loader.isCurrent(`served ${name}`) ? value : null;
  };
  const servedAddress = (name: string): URL => {
    const model = served(name);
    if (model === undefined)
      throw new RangeError(
        `model: ${name} is not available here; expected a model of the list. Choose another, or open its files.`,
      );
    return pageUrl(model.url);
  };

  const specNamed = (name: string): ModelSpec | null => {
    const own = ownNamed(name);
    if (own !== undefined) return own.spec;
    // The loaded model is more recent than the catalog.
    const here = servedHere(name)?.model.spec;
    // The name of the bundle may differ from the name of its folder on the server.
    return here === undefined ? (served(name)?.spec ?? runNamed(name)?.spec ?? null) : { ...here, name };
  };
  const hashNamed = (name: string): string | undefined => {
    const known = ownNamed(name) ?? served(name);
    const run = runNamed(name);
    return known === undefined && run !== undefined ? openedHashes.get(keyOfRun(run)) : known?.sha256;
  };
  const placeOf = (name: string): Place => {
    const files = ownNamed(name)?.files;
    const run = files === undefined && served(name) === undefined ? runNamed(name) : undefined;
    if (run !== undefined)
      return {
        key: keyOfRun(run),
        origin: `trained in this browser, ${countOf(run.step, 'step')}`,
        open: async (signal) => [await run.open(signal)],
      };
    const source = files ?? servedAddress(name);
    return { key: `${files === undefined ? 'served' : 'picked'} ${name}`, open: async () => source };
  };

  const chosenSpec = computed(() => specNamed(chosenName.value));
  const knownSpecs = computed(() => {
    const there = catalog.value.state === 'ready' ? catalog.value.models.map(({ spec }) => spec) : [];
    const own = picked.value === null ? [] : [picked.value.spec];
    return withoutNamesakes([...own, ...there, ...shelf.models.value.map(({ spec }) => spec)]);
  });
  const drawableSpecs = computed(() =>
    withoutNamesakes([...knownSpecs.value, ...runModels.models.value.map(({ spec }) => spec)]),
  );

  return {
    picked,
    modelState: loader.state,
    chosenSpec,
    knownSpecs,
    drawableSpecs,
    modelLooks: createModelLooks({
      keyOf: (name) => `${name} ${hashNamed(name)} ${runNamed(name)?.step}`,
      async read(name) {
        const source = ownNamed(name)?.files ?? served(name)?.url;
        return source === undefined ? (runNamed(name)?.look ?? null) : readLook(source);
      },
    }),
    specNamed,
    hashNamed,
    nameOfHash: (sha256) => drawableSpecs.value.find(({ name }) => hashNamed(name) === sha256)?.name ?? null,
    modelNamed: (name, signal) => loader.load(placeOf(name), signal),
    placeOf,
    sourceNamed: (name) =>
      ownNamed(name)?.files ?? (served(name) === undefined ? undefined : servedAddress(name)),
    loadedServedHashes: (name) => servedHere(name)?.hashes ?? null,
    markModelOutdated: () => loader.outdate(),
    filesOpened: () => openings.settled(),
    openFiles: (files) =>
      openings.run(async (number) => {
        // The name of the model is not known yet, and other files may have the same names.
        const key = `opening ${number}`;
        const model = await loader.load({ key, open: async () => files }, new AbortController().signal);
        const before = chosenSpec.value;
        picked.value = { spec: model.spec, sha256: model.sha256, files };
        void shelf.add(picked.value);
        choose(model.spec, before);
        // Now the name is known. A later load keeps its own key.
        loader.rename(key, `picked ${model.spec.name}`);
        return model.spec;
      }),
    async removeModel(name) {
      if (picked.value?.spec.name === name) picked.value = null;
      if (loader.isCurrent(`picked ${name}`)) loader.outdate();
      await shelf.remove(name);
    },
  };
}

/** Removes each spec that has the same name as an earlier one. */
function withoutNamesakes(specs: readonly ModelSpec[]): readonly ModelSpec[] {
  const first = new Map<string, ModelSpec>();
  for (const spec of specs) if (!first.has(spec.name)) first.set(spec.name, spec);
  return [...first.values()];
}
