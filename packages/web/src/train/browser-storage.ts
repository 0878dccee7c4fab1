import type { IsonoiseError } from '@isonoise/error';
import { indexedDbStorage, type ModelStorage } from '@isonoise/runtime-web';
import { webError } from '../errors.ts';
import { bytes as inBytes } from '../text/format.ts';

/** Beside the models that were downloaded, which a browser may forget at any time. */
const DATABASE = 'isonoise-training';

/** The storage of runs. Unlike a cache it may not fail in silence: what cannot be kept is an error. */
export function trainingStorage(): ModelStorage {
  const storage = indexedDbStorage(DATABASE);
  const said = async <T>(operation: Promise<T>): Promise<T> => {
    try {
      return await operation;
    } catch (cause) {
      throw await storageError(cause);
    }
  };
  return {
    get: (key) => said(storage.get(key)),
    put: (key, value) => said(storage.put(key, value)),
    delete: (key) => said(storage.delete(key)),
    keys: (prefix) => said(storage.keys(prefix)),
  };
}

/** Asks the browser not to clear what is kept. It decides by itself, or asks the visitor. */
export async function keepStorage(): Promise<boolean> {
  return (await navigator.storage?.persist?.()) ?? false;
}

async function storageError(cause: unknown): Promise<IsonoiseError> {
  if (cause instanceof DOMException && cause.name === 'QuotaExceededError') {
    const { usage, quota } = (await navigator.storage?.estimate?.()) ?? {};
    const figures =
      usage === undefined || quota === undefined ? '' : ` (${inBytes(usage)} of ${inBytes(quota)} are used)`;
    return webError(
      'RUN_STORAGE_FULL',
      `storage: the browser has no more room for this page${figures}. The checkpoint before is untouched. Delete runs ` +
        'below or free space on the disk, and resume.',
      { cause },
    );
  }
  return webError(
    'RUN_STORAGE_UNAVAILABLE',
    `storage: this browser keeps nothing for this page (${String(cause)}). Private windows and strict settings forbid ` +
      'it; a run needs it for its checkpoints. Use an ordinary window.',
    { cause },
  );
}
