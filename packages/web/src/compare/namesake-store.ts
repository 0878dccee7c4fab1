import type { ModelSummary } from '@isonoise/api';
import { computed, type ReadonlySignal, signal } from '@preact/signals';
import { type DifferingFile, differingFiles, type FileHashes } from '../model/file-hashes.ts';
import type { PickedModel } from '../model/model-store.ts';
import { type Catalog, servedModel } from '../server/catalog.ts';

/** The parts of the page that a namesake store uses. */
export interface NamesakeParts {
  /** The model that the visitor opened last in this visit; null if there is none. */
  readonly picked: ReadonlySignal<PickedModel | null>;
  /** Name of the chosen model. */
  readonly chosenName: ReadonlySignal<string>;
  readonly catalog: ReadonlySignal<Catalog>;
  readonly pickedHashes: (files: readonly File[]) => Promise<FileHashes>;
  readonly servedHashes: (model: ModelSummary, signal: AbortSignal) => Promise<FileHashes>;
}

/** Compares the visitor's chosen model with the server's model of the same name. */
export interface NamesakeStore {
  /** Files that differ from the server's model of the same name; empty until known. */
  readonly differences: ReadonlySignal<readonly DifferingFile[]>;
  /** Compares the models. @returns the files that differ @throws the errors of `pickedHashes` and `servedHashes` */
  compare(signal: AbortSignal): Promise<readonly DifferingFile[]>;
}

export function createNamesakeStore(parts: NamesakeParts): NamesakeStore {
  const { picked, chosenName, catalog, pickedHashes, servedHashes } = parts;
  const found = signal<{ readonly of: PickedModel; readonly files: readonly DifferingFile[] } | null>(null);
  /** Returns the model that the visitor opened, if it is the chosen one; otherwise null. */
  const chosenOwn = (): PickedModel | null =>
    picked.value?.spec.name === chosenName.value ? picked.value : null;
  return {
    differences: computed(() => {
      const { value } = found;
      return value !== null && value.of === chosenOwn() ? value.files : [];
    }),
    async compare(signal) {
      const own = chosenOwn();
      const served = own === null ? undefined : servedModel(catalog.value, own.spec.name);
      if (own === null || served === undefined) return [];
      const files = differingFiles(await pickedHashes(own.files), await servedHashes(served, signal));
      found.value = { of: own, files };
      return files;
    },
  };
}
