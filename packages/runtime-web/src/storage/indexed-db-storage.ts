import type { ModelStorage } from './model-storage.ts';

const STORE = 'files';
/** Maximum time for opening a database, in milliseconds. Bugs in browsers can make it wait forever. */
const OPEN_MS = 10_000;
/** How long a transaction may take, in seconds. Writing a large file takes longer than reading one. */
const ANSWER_S: { readonly [K in 'readonly' | 'readwrite']: number } = { readonly: 10, readwrite: 30 };

/**
 * Creates a `ModelStorage` in the browser's IndexedDB. IndexedDB can store parts of a download as small records, and
 * replaces values atomically. Unlike the Cache API and the origin-private file system, it is available on pages
 * without HTTPS, for example on a phone in a local network.
 *
 * If the database is not open after 10 seconds, every method rejects until it opens. A method also rejects if the
 * database does not respond in 10 seconds to a read, or in 30 seconds to a write, which is then undone. The time in which
 * a call waits for earlier calls of this storage does not count. If an earlier call gets no response, the calls that wait
 * for it reject, too. Later calls reject at once, until the database responds. A hidden page may be closed at any time, so its writes are committed at once and
 * cannot be undone.
 *
 * @param name name of the database
 */
export function indexedDbStorage<V extends Uint8Array | Blob = Uint8Array>(
  name = 'isonoise',
): ModelStorage<V> {
  let database: Promise<IDBDatabase> | undefined;

  /** Transactions that have not ended, in the order of their calls. */
  const open = new Map<IDBTransaction, keyof typeof ANSWER_S>();
  /** Transactions that did not respond in time. */
  const silent = new Map<IDBTransaction, DOMException>();

  /**
   * Returns an earlier transaction that must end before the given one can begin; undefined if there is none. Only reads run
   * at the same time.
   */
  function blockerOf(transaction: IDBTransaction, mode: keyof typeof ANSWER_S): IDBTransaction | undefined {
    for (const [earlier, earlierMode] of open) {
      if (earlier === transaction) return undefined;
      if (mode === 'readwrite' || earlierMode === 'readwrite') return earlier;
    }
    return undefined;
  }

  async function run<T>(
    mode: keyof typeof ANSWER_S,
    act: (store: IDBObjectStore) => IDBRequest<T>,
  ): Promise<T> {
    database ??= openDatabase(name, {
      lost() {
        database = undefined;
      },
      late(opened) {
        database = Promise.resolve(opened);
      },
    });
    const opened = await database;
    for (const error of silent.values()) throw error;
    return new Promise((resolve, reject) => {
      const transaction = opened.transaction(STORE, mode);
      open.set(transaction, mode);
      const request = act(transaction.objectStore(STORE));
      // Otherwise the browser commits only after the page has learned of the success, which a closing page never does.
      if (mode === 'readwrite' && isHidden()) transaction.commit();
      // Resolve at the end of the transaction, not at the request's success. Only the end reveals a full disk.
      transaction.oncomplete = () => {
        end();
        resolve(request.result);
      };
      transaction.onabort = () => {
        end();
        reject(transaction.error ?? request.error);
      };
      const limit = ANSWER_S[mode];
      let seconds = 0;
      // Seconds are counted, because a single timer would also count the time in which the device sleeps.
      const timer = setInterval(() => {
        const blocker = blockerOf(transaction, mode);
        const cause = blocker === undefined ? undefined : silent.get(blocker);
        // Storing a large file takes long, and a read that waits for it is not a fault of the database.
        if (blocker !== undefined && cause === undefined) return;
        seconds += 1;
        if (seconds < limit && cause === undefined) return;
        clearInterval(timer);
        const error =
          cause ?? new DOMException(`the database ${name} did not respond in ${limit} s`, 'TimeoutError');
        silent.set(transaction, error);
        reject(error);
        // A write must not be made after it was reported as failed.
        try {
          transaction.abort();
        } catch {
          // It has ended, and its event is on the way.
        }
      }, 1000);
      function end(): void {
        clearInterval(timer);
        open.delete(transaction);
        silent.delete(transaction);
      }
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

/** Whether the page is hidden. A worker has no document. */
const isHidden = (): boolean => typeof document !== 'undefined' && document.visibilityState === 'hidden';

interface Connection {
  /** Called if the connection is lost. The next use then opens the database again. */
  lost(): void;
  /** Called if the database opens after the limit. */
  late(opened: IDBDatabase): void;
}

/** Opens the database. @throws DOMException `TimeoutError` after {@link OPEN_MS}; errors of `indexedDB.open` */
function openDatabase(name: string, { lost, late }: Connection): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      reject(new DOMException(`the database ${name} did not open in ${OPEN_MS / 1000} s`, 'TimeoutError'));
    }, OPEN_MS);
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onerror = () => {
      clearTimeout(timer);
      lost();
      reject(request.error);
    };
    request.onsuccess = () => {
      clearTimeout(timer);
      const opened = request.result;
      opened.onclose = lost;
      // Close if a different page deletes or upgrades the database. Otherwise that page would wait.
      opened.onversionchange = () => {
        opened.close();
        lost();
      };
      if (isLate) late(opened);
      else resolve(opened);
    };
  });
}
