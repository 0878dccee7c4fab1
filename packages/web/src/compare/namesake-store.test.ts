import type { ModelSummary } from '@isonoise/api';
import { BUNDLE_PATHS } from '@isonoise/bundle';
import { signal } from '@preact/signals';
import { expect, it } from 'vitest';
import { pointsSpec } from '../../testdata/points.ts';
import type { PickedModel } from '../model/model-store.ts';
import type { Catalog } from '../server/catalog.ts';
import { createNamesakeStore } from './namesake-store.ts';

const own: PickedModel = { spec: pointsSpec(1, 1), sha256: undefined, files: [] };
const differing = [{ path: BUNDLE_PATHS.onnx, here: 'mine', there: 'theirs' }];
const never = new AbortController().signal;

function scene(served = 'points', there = 'theirs') {
  const picked = signal<PickedModel | null>(own);
  const chosenName = signal('points');
  const store = createNamesakeStore({
    picked,
    chosenName,
    catalog: signal<Catalog>({ state: 'ready', models: [{ name: served } as ModelSummary] }),
    pickedHashes: async () => new Map([[BUNDLE_PATHS.onnx, 'mine']]),
    servedHashes: async () => new Map([[BUNDLE_PATHS.onnx, there]]),
  });
  return { picked, chosenName, store };
}

it('createNamesakeStore lists the files that differ only while the visitor’s model is chosen', async () => {
  const { chosenName, picked, store } = scene();
  expect(store.differences.value).toEqual([]);
  expect(await store.compare(never)).toEqual(differing);
  expect(store.differences.value).toEqual(differing);
  chosenName.value = 'other';
  expect(store.differences.value).toEqual([]);
  chosenName.value = 'points';
  picked.value = { ...own };
  expect(store.differences.value).toEqual([]);
});

it('createNamesakeStore finds nothing if the models are equal, or only one side has the model', async () => {
  expect(await scene('points', 'mine').store.compare(never)).toEqual([]);
  expect(await scene('other').store.compare(never)).toEqual([]);
  const { picked, store } = scene();
  picked.value = null;
  expect(await store.compare(never)).toEqual([]);
});
