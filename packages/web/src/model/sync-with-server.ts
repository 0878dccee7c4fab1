import { catalog, loadCatalog } from '../server/catalog.ts';
import { differingFiles } from './file-hashes.ts';
import { loadedServedHashes, markModelOutdated } from './model-store.ts';
import { servedHashes } from './served-hashes.ts';

/**
 * Checks whether a model was re-exported on the server while this page is open. If its files changed, marks
 * the loaded model as outdated, so that the next request reloads it, and reloads the list of models.
 *
 * @throws the errors of `servedHashes`
 */
export async function syncWithServer(name: string, signal: AbortSignal): Promise<void> {
  const here = loadedServedHashes(name);
  const served =
    catalog.value.state === 'ready' ? catalog.value.models.find((each) => each.name === name) : undefined;
  if (here === null || served === undefined) return;
  if (differingFiles(here, await servedHashes(served, signal)).length === 0) return;
  markModelOutdated();
  // The reload is not awaited: the list is only displayed, and a loaded model has its own spec.
  void loadCatalog({ again: true });
}
