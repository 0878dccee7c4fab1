import type { ModelSummary } from '@isonoise/api';
import { parseSchedulerConfig } from '@isonoise/bundle';
import { expect, it } from 'vitest';
import { createCatalogStore, named, servedModel } from './catalog.ts';

const model: ModelSummary = {
  name: 'earlier',
  url: 'models/earlier/',
  spec: {
    name: 'mnist',
    image: { channels: 1, height: 28, width: 28 },
    dataRange: [-1, 1],
    scheduler: parseSchedulerConfig({ num_train_timesteps: 10 }, 'test'),
    classes: null,
  },
  sha256: '0'.repeat(64),
  bytes: 1,
  provider: null,
  flops: 1,
  budget: 1,
  guidance: 1,
};

it('named gives the spec of a server’s model the name of its folder, which requests use', () => {
  expect(named(model)).toEqual({ ...model, spec: { ...model.spec, name: 'earlier' } });
});

it('createCatalogStore loads the list once, reloads it on request, and keeps it if the server fails', async () => {
  const asked: string[] = [];
  let isOnline = false;
  const { catalog, loadCatalog } = createCatalogStore(async (path) => {
    asked.push(path);
    if (!isOnline) throw new Error('offline');
    return Response.json({ models: [model] });
  }, '/v1/models');
  expect(catalog.value).toEqual({ state: 'loading' });
  await loadCatalog();
  expect(catalog.value).toEqual({ state: 'failed', error: new Error('offline') });
  isOnline = true;
  await loadCatalog();
  expect([catalog.value.state, asked]).toEqual(['failed', ['/v1/models']]);
  await loadCatalog({ again: true });
  expect(catalog.value).toEqual({ state: 'ready', models: [named(model)] });
  isOnline = false;
  await loadCatalog({ again: true });
  expect([servedModel(catalog.value, 'earlier')?.url, servedModel(catalog.value, 'mnist')]).toEqual([
    'models/earlier/',
    undefined,
  ]);
});
