import type { ModelList, ModelSummary } from '@isonoise/api';
import { type ReadonlySignal, signal } from '@preact/signals';
import type { CallServer } from './call-server.ts';

/** State of the server's list of models. */
export type Catalog =
  | { readonly state: 'loading' }
  | { readonly state: 'ready'; readonly models: readonly ModelSummary[] }
  | { readonly state: 'failed'; readonly error: unknown };

/** The server's list of models. */
export interface CatalogStore {
  readonly catalog: ReadonlySignal<Catalog>;
  /** Loads the list once. `again` reloads it. The previous list stays until a new one arrives. */
  readonly loadCatalog: (options?: { readonly again?: boolean }) => Promise<void>;
}

/** @param path path of the list: `/v1/models`, or a file of a static site */
export function createCatalogStore(callServer: CallServer, path: string): CatalogStore {
  const catalog = signal<Catalog>({ state: 'loading' });
  let asked: Promise<void> | null = null;
  async function fetchCatalog(): Promise<void> {
    if (catalog.value.state !== 'ready') catalog.value = { state: 'loading' };
    try {
      const list = (await (await callServer(path)).json()) as ModelList;
      catalog.value = { state: 'ready', models: list.models.map(named) };
    } catch (error) {
      if (catalog.value.state !== 'ready') catalog.value = { state: 'failed', error };
    }
  }
  return {
    catalog,
    loadCatalog({ again = false } = {}) {
      if (asked === null || again) asked = fetchCatalog();
      return asked;
    },
  };
}

/** Finds a server model by its name; undefined if there is none, or the list is not loaded. */
export function servedModel(catalog: Catalog, name: string): ModelSummary | undefined {
  return catalog.state === 'ready' ? catalog.models.find((model) => model.name === name) : undefined;
}

/**
 * Sets the name in the spec of a server's model to the folder name, which requests use to choose the model. The name in
 * the bundle may be different. The page finds models and guides by the name in their spec.
 */
export const named = (model: ModelSummary): ModelSummary => ({
  ...model,
  spec: { ...model.spec, name: model.name },
});
