import type { ModelSummary } from '@isonoise/api';
import { BUNDLE_PATHS } from '@isonoise/bundle';
import type { Model } from '@isonoise/runtime';
import { signal } from '@preact/signals';
import { expect, it } from 'vitest';
import type { Catalog } from '../server/catalog.ts';
import { createServerSync, type SyncParts } from './sync-with-server.ts';

const never = new AbortController().signal;
const catalog = signal<Catalog>({ state: 'ready', models: [{ name: 'cats' } as ModelSummary] });

/**
 * @param there hash of the server's network
 * @param here hash of the loaded network; null if the requested model is not loaded
 */
function scene(there: string, here: string | null, parts: Partial<SyncParts> = {}) {
  const log: string[] = [];
  const sync = createServerSync({
    catalog,
    loadCatalog: async () => void log.push('list'),
    loadedServedHashes: () => (here === null ? null : new Map([[BUNDLE_PATHS.onnx, here]])),
    markModelOutdated: () => void log.push('outdated'),
    servedHashes: async () => new Map([[BUNDLE_PATHS.onnx, there]]),
    modelNamed: async (name) => {
      log.push(`load ${name}`);
      return {} as Model;
    },
    ...parts,
  });
  return { log, sync };
}

it('currentModel reloads a model whose files on the server changed', async () => {
  const { log, sync } = scene('new', 'old');
  await sync.currentModel('cats', never);
  expect(log).toEqual(['outdated', 'list', 'load cats']);
});

it('currentModel marks no model as outdated that is unchanged, not loaded, or not in the list of the server', async () => {
  for (const [there, here, name] of [
    ['same', 'same', 'cats'],
    ['new', null, 'cats'],
    ['new', 'old', 'dogs'],
  ] as const) {
    const { log, sync } = scene(there, here);
    await sync.currentModel(name, never);
    expect(log).toEqual([`load ${name}`]);
  }
});

it('currentModel uses the loaded model if the server fails, and syncWithServer throws the error', async () => {
  const servedHashes = () => Promise.reject(new Error('offline'));
  const { log, sync } = scene('new', 'old', { servedHashes });
  await sync.currentModel('cats', never);
  expect(log).toEqual(['load cats']);
  await expect(sync.syncWithServer('cats', never)).rejects.toThrow('offline');
});
