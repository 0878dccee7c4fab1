import { catalog, loadCatalog } from '../server/catalog.ts';
import { filesApart } from './file-hashes.ts';
import { outdateModel, servedHashesHere } from './model-store.ts';
import { servedHashes } from './served-hashes.ts';

/**
 * A model may be exported anew while this page is open. Where the one of this name was, it is loaded anew when it is next
 * asked for, and the list of models is asked for what it is by now.
 *
 * @throws as `servedHashes`
 */
export async function followServer(name: string, signal: AbortSignal): Promise<void> {
  const here = servedHashesHere(name);
  const served =
    catalog.value.state === 'ready' ? catalog.value.models.find((each) => each.name === name) : undefined;
  if (here === null || served === undefined) return;
  if (filesApart(here, await servedHashes(served, signal)).length === 0) return;
  outdateModel();
  // Only for the eye: what is loaded knows itself what it is.
  void loadCatalog({ again: true });
}
