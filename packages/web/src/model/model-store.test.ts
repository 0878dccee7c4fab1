import type { ModelSummary } from '@isonoise/api';
import type { ModelSpec } from '@isonoise/bundle';
import type { Model } from '@isonoise/runtime';
import { memoryStorage } from '@isonoise/runtime-web';
import { computed, signal } from '@preact/signals';
import { expect, it } from 'vitest';
import { pointsSpec } from '../../testdata/points.ts';
import type { Catalog } from '../server/catalog.ts';
import { createModelShelf } from './model-shelf.ts';
import { createModelStore } from './model-store.ts';
import type { ListedRun } from './run-model-list.ts';
import { createStoringLock } from './storing-lock.ts';

const specOf = (name: string): ModelSpec => ({ ...pointsSpec(1, 1), name });
const served = (name: string): ModelSummary => ({
  ...{ name, url: `models/${name}/`, spec: specOf(name), sha256: `hash of ${name}` },
  ...{ bytes: 1, provider: null, flops: 1, budget: 1, guidance: 1.5 },
});
const run: ListedRun = {
  ...{ run: 'mine', begun: '2026-01-01', step: 5, look: undefined, spec: specOf('mine (run)') },
  open: async () => new File([], 'mine.onnx'),
};
const never = new AbortController().signal;

/** Creates a store with two served models and a run. An opened file is a model with the name of the file. */
function scene() {
  const chosenName = signal('cats');
  const log: string[] = [];
  const looks: unknown[] = [];
  const store = createModelStore({
    isBroken: () => false,
    catalog: signal<Catalog>({ state: 'ready', models: [served('cats'), served('dogs')] }),
    shelf: createModelShelf(
      memoryStorage(),
      () => 0,
      () => 0,
      createStoringLock(undefined),
    ),
    runModels: { models: computed(() => [run]), isLoaded: signal(true), load: async () => {} },
    chosenName,
    choose(spec, before) {
      log.push(`${before?.name} -> ${spec.name}`);
      chosenName.value = spec.name;
    },
    readLook: async (source) => {
      looks.push(source);
      return null;
    },
    onLoaded: () => void log.push('loaded'),
    keyWithSettings: (key) => key,
    async openModel(place, signal) {
      const source = await place.open(signal);
      const name = source instanceof URL ? 'cats' : (source[0]?.name ?? '').replace('.zip', '');
      return { spec: specOf(name), sha256: `hash of files ${name}`, dispose: async () => {} } as Model;
    },
  });
  return { chosenName, log, looks, store };
}
const names = (specs: readonly ModelSpec[]): readonly string[] => specs.map(({ name }) => name);

it('createModelStore lists models of the server, of the visitor and of runs, each name once', async () => {
  const { store, log } = scene();
  expect(names(store.drawableSpecs.value)).toEqual(['cats', 'dogs', 'mine (run)']);
  await store.openFiles([new File([], 'birds.zip')]);
  await store.openFiles([new File([], 'dogs.zip')]);
  expect(names(store.knownSpecs.value)).toEqual(['dogs', 'cats', 'birds']);
  expect(log).toEqual(['loaded', 'cats -> birds', 'loaded', 'birds -> dogs']);
  expect(store.chosenSpec.value?.name).toBe('dogs');
});

it('createModelStore shows the model that was opened last instead of the server’s model of the same name, until it is removed', async () => {
  const { store } = scene();
  expect([store.hashNamed('dogs'), store.nameOfHash('hash of dogs')]).toEqual(['hash of dogs', 'dogs']);
  const files = [new File([], 'dogs.zip')];
  await store.openFiles(files);
  expect([store.hashNamed('dogs'), store.sourceNamed('dogs')]).toEqual(['hash of files dogs', files]);
  expect(store.nameOfHash('hash of dogs')).toBeNull();
  await store.removeModel('dogs');
  expect([store.hashNamed('dogs'), store.picked.value]).toEqual(['hash of dogs', null]);
});

it('createModelStore knows the hash of a run after the run was opened, and refuses unknown models', async () => {
  const { store } = scene();
  expect(store.hashNamed('mine (run)')).toBeUndefined();
  await store.modelNamed('mine (run)', never);
  expect(store.hashNamed('mine (run)')).toBe('hash of files mine.onnx');
  expect(store.sourceNamed('mine (run)')).toBeUndefined();
  expect(() => store.placeOf('fish')).toThrow('fish is not available here');
  expect([store.specNamed('fish'), store.sourceNamed('fish')]).toEqual([null, undefined]);
});

it('createModelStore reads the look of a model from its files or from the server', async () => {
  const { store, looks } = scene();
  const files = [new File([], 'birds.zip')];
  await store.openFiles(files);
  for (const name of ['birds', 'cats', 'mine (run)']) await store.modelLooks.of(name);
  expect(looks).toEqual([files, 'models/cats/']);
});
