import { BUNDLE_PATHS } from '@isonoise/bundle';
import { computed, type ReadonlySignal, signal } from '@preact/signals';
import { type PickedModel, picked } from '../model/model-store.ts';
import { request } from '../request/request-store.ts';
import { catalog } from '../server/catalog.ts';
import { type FileHashes, pickedHashes } from './picked-hashes.ts';
import { servedHashes } from './served-hashes.ts';

/** A file that a model of the visitor's and the server's model of that name both have, each another. */
export interface FileApart {
  readonly path: string;
  /** SHA-256. */
  readonly here: string;
  readonly there: string;
}

/** The files of a bundle on which its images depend. */
const DRAWN_BY: readonly string[] = [BUNDLE_PATHS.onnx, BUNDLE_PATHS.scheduler];

/** Of the files that images depend on those that are not the same; what one side lacks says nothing. */
export function filesApart(here: FileHashes, there: FileHashes): readonly FileApart[] {
  return DRAWN_BY.flatMap((path) => {
    const [mine, theirs] = [here.get(path), there.get(path)];
    if (mine === undefined || theirs === undefined || mine === theirs) return [];
    return [{ path, here: mine, there: theirs }];
  });
}

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
