import type { IsonoiseError } from '@isonoise/error';
import { indexedDbStorage, type ModelStorage } from '@isonoise/runtime-web';
import { isStorageFull } from '../errors/is-storage-full.ts';
import { webError } from '../errors.ts';
import { bytes as inBytes } from '../text/format.ts';

/**
 * Name of the database of runs. The database of downloaded models is separate, because it is only a cache.
 */
const DATABASE = 'isonoise-training';

/** Opens the storage of runs. Unlike a cache, it reports every failure as an error. */
export function trainingStorage(): ModelStorage {
  const storage = indexedDbStorage(DATABASE);
  const explained = async <T>(operation: Promise<T>): Promise<T> => {
    try {
      return await operation;
    } catch (cause) {
      throw await storageError(cause);
    }
  };
  return {
    get: (key) => explained(storage.get(key)),
    put: (key, value) => explained(storage.put(key, value)),
    delete: (key) => explained(storage.delete(key)),
    keys: (prefix) => explained(storage.keys(prefix)),
  };
}

/** Asks the browser for persistent storage. @returns whether it was granted */
export async function keepStorage(): Promise<boolean> {
  try {
    return (await navigator.storage?.persist?.()) ?? false;
  } catch {
    // Some browsers reject in private windows. Writing then reports the reason.
    return false;
  }
}

async function storageError(cause: unknown): Promise<IsonoiseError> {
  if (isStorageFull(cause)) {
    const { usage, quota } = (await navigator.storage?.estimate?.()) ?? {};
    const figures =
      usage === undefined || quota === undefined ? '' : ` (${inBytes(usage)} of ${inBytes(quota)} are used)`;
    return webError(
      'RUN_STORAGE_FULL',
      `storage: the browser’s storage for this page is full${figures}; expected free space. The previous ` +
        'checkpoint is intact. Delete runs in the list or free disk space, then resume.',
      { cause },
    );
  }
  return webError(
    'RUN_STORAGE_UNAVAILABLE',
    `storage: this browser does not store data for this page (${String(cause)}); expected storage for the ` +
      'checkpoints of a run. Leave the private window, or allow storage for this page.',
    { cause },
  );
}
