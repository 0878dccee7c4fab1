import { catalog, loadCatalog } from '../server/catalog.ts';
import { differingFiles } from './file-hashes.ts';
import { loadedServedHashes, markModelOutdated } from './model-store.ts';
import { servedHashes } from './served-hashes.ts';

/**
 * A model may be exported again while this page is open. If the server's files of this name changed, marks the loaded
 * model as outdated, so that the next request loads it again, and reloads the list of models.
 *
 * @throws as `servedHashes`
 */
export async function syncWithServer(name: string, signal: AbortSignal): Promise<void> {
  const here = loadedServedHashes(name);
  const served =
    catalog.value.state === 'ready' ? catalog.value.models.find((each) => each.name === name) : undefined;
  if (here === null || served === undefined) return;
  if (differingFiles(here, await servedHashes(served, signal)).length === 0) return;
  markModelOutdated();
  // Only for display: a loaded model has its own description.
  void loadCatalog({ again: true });
}
