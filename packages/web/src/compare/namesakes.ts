import { computed, type ReadonlySignal, signal } from '@preact/signals';
import { type DifferingFile, differingFiles } from '../model/file-hashes.ts';
import { type PickedModel, picked } from '../model/model-store.ts';
import { servedHashes } from '../model/served-hashes.ts';
import { request } from '../request/request-store.ts';
import { catalog } from '../server/catalog.ts';
import { pickedHashes } from './picked-hashes.ts';

const found = signal<{ readonly of: PickedModel; readonly files: readonly DifferingFile[] } | null>(null);

/** Files that differ from the server's model of the same name; empty until known. */
export const namesakeDifferences: ReadonlySignal<readonly DifferingFile[]> = computed(() => {
  const { value } = found;
  return value !== null && value.of === chosenOwn() ? value.files : [];
});

/**
 * Compares the visitor's chosen model with the server's model of the same name.
 *
 * @returns the files that differ, as in {@link namesakeDifferences}
 * @throws IsonoiseError as `callServer`, or if the server's file is not a manifest
 */
export async function compareNamesakes(signal: AbortSignal): Promise<readonly DifferingFile[]> {
  const own = chosenOwn();
  const served =
    catalog.value.state === 'ready'
      ? catalog.value.models.find(({ name }) => name === own?.spec.name)
      : undefined;
  if (own === null || served === undefined) return [];
  const files = differingFiles(await pickedHashes(own.files), await servedHashes(served, signal));
  found.value = { of: own, files };
  return files;
}

/** The model that the visitor opened, if the form names this model; otherwise null. */
function chosenOwn(): PickedModel | null {
  return picked.value?.spec.name === request.value.model ? picked.value : null;
}
