import type { ModelList, ModelSummary } from '@isonoise/api';
import { type ReadonlySignal, signal } from '@preact/signals';
import { isSite } from '../app/site.ts';
import { callServer } from './call-server.ts';

/** State of the server's list of models. */
export type Catalog =
  | { readonly state: 'loading' }
  | { readonly state: 'ready'; readonly models: readonly ModelSummary[] }
  | { readonly state: 'failed'; readonly error: unknown };

const current = signal<Catalog>({ state: 'loading' });
let asked: Promise<void> | null = null;

export const catalog: ReadonlySignal<Catalog> = current;

/** Loads the list once. `again` reloads it. The previous list stays until a new one arrives. */
export function loadCatalog({ again = false }: { readonly again?: boolean } = {}): Promise<void> {
  if (asked === null || again) asked = fetchCatalog();
  return asked;
}

async function fetchCatalog(): Promise<void> {
  if (current.value.state !== 'ready') current.value = { state: 'loading' };
  try {
    const list = (await (await callServer(isSite ? '/models/index.json' : '/v1/models')).json()) as ModelList;
    current.value = { state: 'ready', models: list.models.map(named) };
  } catch (error) {
    if (current.value.state !== 'ready') current.value = { state: 'failed', error };
  }
}

/**
 * Sets the name in the spec of a server's model to the folder name, which requests use to choose the model. The name in
 * the bundle may be different. The page finds models and guides by the name in their spec.
 */
export const named = (model: ModelSummary): ModelSummary => ({
  ...model,
  spec: { ...model.spec, name: model.name },
});
