import type { ModelStorage } from './model-storage.ts';

/**
 * Wraps a `ModelStorage` so that its failures (full, forbidden, broken) do not prevent loading a model. After a
 * failure, files are downloaded as if nothing were stored, and one note is added.
 */
export function forgivingStorage(storage: ModelStorage, note: (text: string) => void): ModelStorage {
  let noted = false;
  async function attempt<T>(act: () => Promise<T>, otherwise: T): Promise<T> {
    try {
      return await act();
    } catch (cause) {
      if (!noted) {
        note(`the browser's storage cannot be used (${String(cause)}); models are downloaded at each visit.`);
      }
      noted = true;
      return otherwise;
    }
  }
  return {
    get: (key) => attempt(() => storage.get(key), undefined),
    put: (key, bytes) => attempt(() => storage.put(key, bytes), undefined),
    delete: (key) => attempt(() => storage.delete(key), undefined),
    keys: (prefix) => attempt(() => storage.keys(prefix), []),
  };
}
