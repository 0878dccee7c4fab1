import { type ModelSpec, toSchedulerConfig } from '@isonoise/bundle';
import { memoryStorage } from '@isonoise/runtime-web';
import { signal } from '@preact/signals';
import { expect, it } from 'vitest';
import { createRunModelList, type RunModel, type RunReader } from './run-model-list.ts';

const spec: ModelSpec = {
  name: 'cats',
  image: { channels: 1, height: 1, width: 2 },
  dataRange: [-1, 1],
  scheduler: toSchedulerConfig({ kind: 'linear' }),
  classes: null,
};

function reader(runs: readonly RunModel[]): RunReader {
  const runModels = signal<readonly RunModel[]>([]);
  return {
    runModels,
    async readRunModels() {
      runModels.value = runs;
    },
    openRunModel: async (run) => new File([], run),
  };
}

it('createRunModelList loads the code that reads runs only if there are runs', async () => {
  const storage = memoryStorage();
  let loads = 0;
  const list = createRunModelList(storage, async () => {
    loads++;
    return reader([{ run: 'cats', begun: '2030-01-01T00:00:00.000Z', step: 3, spec, look: undefined }]);
  });
  await list.load();
  expect([loads, list.models.value, list.isLoaded.value]).toEqual([0, [], true]);
  await storage.put('cats/run.json', new Uint8Array());
  await list.load();
  await list.load();
  expect(loads).toBe(1);
  const [cats] = list.models.value;
  expect(cats).toMatchObject({ run: 'cats', step: 3, spec: { name: 'cats (run)' } });
  expect((await cats?.open(new AbortController().signal))?.name).toBe('cats');
});

it('createRunModelList has no models if the storage is forbidden', async () => {
  const list = createRunModelList(
    { keys: () => Promise.reject(new DOMException('no storage', 'SecurityError')) },
    async () => reader([]),
  );
  await list.load();
  expect([list.models.value, list.isLoaded.value]).toEqual([[], true]);
});
