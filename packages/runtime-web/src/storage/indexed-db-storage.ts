import type { ModelStorage } from './model-storage.ts';

const STORE = 'files';

/**
 * Creates a `ModelStorage` in the browser's IndexedDB. IndexedDB can store parts of a download as small records, and
 * replaces values atomically. Unlike the Cache API and the origin-private file system, it is available on pages
 * without HTTPS, for example on a phone in a local network.
 *
 * @param name name of the database
 */
export function indexedDbStorage<V extends Uint8Array | Blob = Uint8Array>(
  name = 'isonoise',
): ModelStorage<V> {
  let database: Promise<IDBDatabase> | undefined;

  async function run<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    database ??= openDatabase(name, () => {
      database = undefined;
    });
    const opened = await database;
    return new Promise((resolve, reject) => {
      const transaction = opened.transaction(STORE, mode);
      const request = act(transaction.objectStore(STORE));
      // Resolve at the end of the transaction, not at the request's success. Only the end reveals a full disk.
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error ?? request.error);
    });
  }

  return {
    get: (key) => run<V | undefined>('readonly', (store) => store.get(key)),
    async put(key, value) {
      // Copy a view, because it would be stored with its whole buffer.
      const isView = value instanceof Uint8Array && value.byteLength !== value.buffer.byteLength;
      const whole = isView ? value.slice() : value;
      await run('readwrite', (store) => store.put(whole, key));
    },
    async delete(key) {
      await run('readwrite', (store) => store.delete(key));
    },
    async keys(prefix) {
      const range = IDBKeyRange.bound(prefix, `${prefix}\uffff`);
      return (await run('readonly', (store) => store.getAllKeys(range))).map(String);
    },
  };
}

/** Opens the database. @param lost called if the connection is lost; the next use then opens the database again */
function openDatabase(name: string, lost: () => void): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onerror = () => {
      lost();
      reject(request.error);
    };
    request.onsuccess = () => {
      const opened = request.result;
      opened.onclose = lost;
      // Close if a different page deletes or upgrades the database. Otherwise that page would wait.
      opened.onversionchange = () => {
        opened.close();
        lost();
      };
      resolve(opened);
    };
  });
}
