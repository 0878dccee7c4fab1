import type { ModelSummary } from '@isonoise/api';
import type { Model } from '@isonoise/runtime';
import type { ReadonlySignal } from '@preact/signals';
import { type Catalog, type CatalogStore, servedModel } from '../server/catalog.ts';
import { differingFiles, type FileHashes } from './file-hashes.ts';

/** The parts of the page that a server sync uses. */
export interface SyncParts extends Pick<CatalogStore, 'loadCatalog'> {
  readonly catalog: ReadonlySignal<Catalog>;
  /** Returns the hashes of a server model's files; null if this model is not the loaded one. */
  readonly loadedServedHashes: (name: string) => FileHashes | null;
  /** Marks the loaded model as outdated, so that the next request reloads it. */
  readonly markModelOutdated: () => void;
  readonly servedHashes: (model: ModelSummary, signal: AbortSignal) => Promise<FileHashes>;
  /** Returns the named model. */
  readonly modelNamed: (name: string, signal: AbortSignal) => Promise<Model>;
}

/** Keeps the loaded model up to date with the server. */
export interface ServerSync {
  /**
   * Checks whether a model was re-exported on the server while this page is open. If its files changed, marks the loaded
   * model as outdated, so that the next request reloads it, and reloads the list of models.
   *
   * @throws the errors of `servedHashes`
   */
  readonly syncWithServer: (name: string, signal: AbortSignal) => Promise<void>;
  /**
   * Returns the named model. If the server responds in time, loads the current version; otherwise uses the loaded model.
   */
  readonly currentModel: (name: string, signal: AbortSignal) => Promise<Model>;
}

/** Maximum wait for the server's current hashes before drawing. */
const PATIENCE_MS = 1000;

export function createServerSync(parts: SyncParts): ServerSync {
  const { catalog, loadCatalog, loadedServedHashes, markModelOutdated, servedHashes, modelNamed } = parts;
  async function syncWithServer(name: string, signal: AbortSignal): Promise<void> {
    const here = loadedServedHashes(name);
    const served = servedModel(catalog.value, name);
    if (here === null || served === undefined) return;
    if (differingFiles(here, await servedHashes(served, signal)).length === 0) return;
    markModelOutdated();
    // The reload is not awaited: the list is only displayed, and a loaded model has its own spec.
    void loadCatalog({ again: true });
  }
  return {
    syncWithServer,
    async currentModel(model, signal) {
      await syncWithServer(model, AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)])).catch(
        () => {},
      );
      signal.throwIfAborted();
      return modelNamed(model, signal);
    },
  };
}
