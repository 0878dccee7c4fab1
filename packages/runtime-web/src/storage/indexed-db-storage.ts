import type { ModelStorage } from './model-storage.ts';

const STORE = 'files';

/**
 * The browser's own database. It keeps a part of a download as a small record of its own, replaces a value whole or not
 * at all, and is there on pages without HTTPS too (a phone that opens a computer's address), where the Cache API and the
 * origin-private file system are not.
 *
 * @param name of the database
 */
export function indexedDbStorage(name = 'isonoise'): ModelStorage {
  let database: Promise<IDBDatabase> | undefined;

  async function run<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    database ??= openDatabase(name, () => {
      database = undefined;
    });
    const opened = await database;
    return new Promise((resolve, reject) => {
      const transaction = opened.transaction(STORE, mode);
      const request = act(transaction.objectStore(STORE));
      // Not at the request's success: a full disk is noticed at the end.
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error ?? request.error);
    });
  }

  return {
    get: (key) => run<Uint8Array | undefined>('readonly', (store) => store.get(key)),
    async put(key, bytes) {
      // A view would be stored with all of the buffer it looks at.
      const whole = bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
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

/** @param lost the connection is gone: the next use opens another */
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
      // Another page wants to delete or change the database, and would wait for this one.
      opened.onversionchange = () => {
        opened.close();
        lost();
      };
      resolve(opened);
    };
  });
}
