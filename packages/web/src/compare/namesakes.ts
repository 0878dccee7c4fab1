import { computed, type ReadonlySignal, signal } from '@preact/signals';
import { type FileApart, filesApart } from '../model/file-hashes.ts';
import { type PickedModel, picked } from '../model/model-store.ts';
import { servedHashes } from '../model/served-hashes.ts';
import { request } from '../request/request-store.ts';
import { catalog } from '../server/catalog.ts';
import { pickedHashes } from './picked-hashes.ts';

const found = signal<{ readonly of: PickedModel; readonly files: readonly FileApart[] } | null>(null);

/** In what the chosen model, of the visitor's own, is not the server's of that name; nothing as long as that is not known. */
export const apart: ReadonlySignal<readonly FileApart[]> = computed(() => {
  const { value } = found;
  return value !== null && value.of === chosenOwn() ? value.files : [];
});

/**
 * Looks whether the chosen model, where it is of the visitor's own, is what the server has by that name, now.
 *
 * @returns {@link apart}
 * @throws ServerRequestError as `callServer`; BundleError what the server has is no manifest
 */
export async function lookForNamesake(signal: AbortSignal): Promise<readonly FileApart[]> {
  const own = chosenOwn();
  const served =
    catalog.value.state === 'ready'
      ? catalog.value.models.find(({ name }) => name === own?.spec.name)
      : undefined;
  if (own === null || served === undefined) return [];
  const files = filesApart(await pickedHashes(own.files), await servedHashes(served, signal));
  found.value = { of: own, files };
  return files;
}

/** What the visitor opened, where that is the model that the form names. */
function chosenOwn(): PickedModel | null {
  return picked.value?.spec.name === request.value.model ? picked.value : null;
}
