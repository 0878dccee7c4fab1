import { outdateModel, servedHashesHere } from '../model/model-store.ts';
import { request } from '../request/request-store.ts';
import { catalog, loadCatalog } from '../server/catalog.ts';
import { filesApart } from './namesakes.ts';
import { servedHashes } from './served-hashes.ts';

/**
 * A model may be exported anew while this page is open. Where the chosen one was, it is loaded anew when it is next asked
 * for, and the list of models says what it is by now.
 *
 * @throws as `servedHashes`
 */
export async function followServer(signal: AbortSignal): Promise<void> {
  const here = servedHashesHere();
  const served =
    catalog.value.state === 'ready'
      ? catalog.value.models.find(({ name }) => name === request.value.model)
      : undefined;
  if (here === null || served === undefined) return;
  if (filesApart(here, await servedHashes(served, signal)).length === 0) return;
  outdateModel();
  await loadCatalog({ again: true });
}
