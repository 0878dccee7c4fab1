import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { indexedDbStorage } from './indexed-db-storage.ts';

/** Requests to open a database. The tests complete them. */
let requests: { onsuccess?: () => void; onerror?: () => void; result?: unknown; error?: unknown }[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  requests = [];
  vi.stubGlobal('indexedDB', {
    open() {
      const request = {};
      requests.push(request);
      return request;
    },
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A database that contains one value. */
function databaseWith(value: Uint8Array): object {
  return {
    transaction() {
      const transaction = { objectStore: () => ({ get: () => ({ result: value }) }), oncomplete: () => {} };
      queueMicrotask(() => transaction.oncomplete());
      return transaction;
    },
  };
}

it('indexedDbStorage rejects after 10 s if the database does not open, and then rejects at once', async () => {
  const storage = indexedDbStorage('test');
  const first = expect(storage.get('a')).rejects.toThrow('the database test did not open in 10 s');
  await vi.advanceTimersByTimeAsync(10_000);
  await first;
  await expect(storage.get('b')).rejects.toMatchObject({ name: 'TimeoutError' });
  expect(requests).toHaveLength(1);
});

it('indexedDbStorage uses a database that opens late', async () => {
  const storage = indexedDbStorage('test');
  const first = expect(storage.get('a')).rejects.toThrow('did not open');
  await vi.advanceTimersByTimeAsync(10_000);
  await first;
  const [request] = requests;
  Object.assign(request ?? {}, { result: databaseWith(Uint8Array.of(7)) });
  request?.onsuccess?.();
  expect(await storage.get('a')).toEqual(Uint8Array.of(7));
});

it('indexedDbStorage opens the database again after opening failed', async () => {
  const storage = indexedDbStorage('test');
  const first = expect(storage.get('a')).rejects.toThrow('no');
  const [request] = requests;
  Object.assign(request ?? {}, { error: new Error('no') });
  request?.onerror?.();
  await first;
  const second = storage.get('a');
  Object.assign(requests[1] ?? {}, { result: databaseWith(Uint8Array.of(7)) });
  requests[1]?.onsuccess?.();
  expect(await second).toEqual(Uint8Array.of(7));
});

/** A database whose transactions end when the test says so. */
function slowDatabase(value: Uint8Array) {
  const transactions: { mode: string; oncomplete?: () => void; onabort?: () => void }[] = [];
  const log: string[] = [];
  return {
    transactions,
    log,
    transaction(_: string, mode: string) {
      const request = { result: value };
      const transaction = {
        mode,
        objectStore: () => ({ get: () => request, put: () => request }),
        abort: () => log.push(`abort ${mode}`),
        commit: () => log.push(`commit ${mode}`),
      };
      transactions.push(transaction);
      return transaction;
    },
  };
}

it.each([
  ['readonly', 10],
  ['readwrite', 30],
] as const)(
  'indexedDbStorage rejects if a transaction that is %s does not respond in %d s',
  async (mode, limit) => {
    const storage = indexedDbStorage('test');
    const act = () => (mode === 'readonly' ? storage.get('a') : storage.put('a', Uint8Array.of(1)));
    const database = slowDatabase(Uint8Array.of(7));
    const message = `the database test did not respond in ${limit} s`;
    const first = expect(act()).rejects.toMatchObject({ name: 'TimeoutError', message });
    Object.assign(requests[0] ?? {}, { result: database });
    requests[0]?.onsuccess?.();
    await vi.advanceTimersByTimeAsync((limit - 1) * 1000);
    expect(database.log).toEqual([]);
    await vi.advanceTimersByTimeAsync(1000);
    await first;
    expect(database.log).toEqual([`abort ${mode}`]);
    // Later calls do not wait again, until the database responds.
    await expect(storage.get('b')).rejects.toThrow(message);
    expect(database.transactions).toHaveLength(1);
    database.transactions[0]?.onabort?.();
    const next = storage.get('b');
    await vi.advanceTimersByTimeAsync(0);
    database.transactions[1]?.oncomplete?.();
    expect(await next).toEqual(Uint8Array.of(7));
  },
);

it('indexedDbStorage does not reject a transaction that responds in time', async () => {
  const storage = indexedDbStorage('test');
  const database = slowDatabase(Uint8Array.of(7));
  const value = storage.get('a');
  Object.assign(requests[0] ?? {}, { result: database });
  requests[0]?.onsuccess?.();
  await vi.advanceTimersByTimeAsync(9000);
  database.transactions[0]?.oncomplete?.();
  await vi.advanceTimersByTimeAsync(60_000);
  expect([await value, database.log]).toEqual([Uint8Array.of(7), []]);
});

it('indexedDbStorage does not count the time in which a read waits for a write', async () => {
  const storage = indexedDbStorage('test');
  const database = slowDatabase(Uint8Array.of(7));
  const write = storage.put('a', Uint8Array.of(1));
  const read = storage.get('a');
  Object.assign(requests[0] ?? {}, { result: database });
  requests[0]?.onsuccess?.();
  await vi.advanceTimersByTimeAsync(25_000);
  database.transactions[0]?.oncomplete?.();
  await write;
  await vi.advanceTimersByTimeAsync(9000);
  database.transactions[1]?.oncomplete?.();
  expect([await read, database.log]).toEqual([Uint8Array.of(7), []]);
});

it('indexedDbStorage rejects a read that waits for a write which gets no response', async () => {
  const storage = indexedDbStorage('test');
  const database = slowDatabase(Uint8Array.of(7));
  const message = 'the database test did not respond in 30 s';
  const both = [storage.put('a', Uint8Array.of(1)), storage.get('a')].map((call) =>
    expect(call).rejects.toThrow(message),
  );
  Object.assign(requests[0] ?? {}, { result: database });
  requests[0]?.onsuccess?.();
  await vi.advanceTimersByTimeAsync(30_000);
  await Promise.all(both);
  expect(database.log).toEqual(['abort readwrite', 'abort readonly']);
});

it('indexedDbStorage counts the time of a read beside another read', async () => {
  const storage = indexedDbStorage('test');
  const database = slowDatabase(Uint8Array.of(7));
  // Reads run at the same time, so the second read does not wait for the first.
  const both = [storage.get('a'), storage.get('b')].map((call) =>
    expect(call).rejects.toThrow('did not respond in 10 s'),
  );
  Object.assign(requests[0] ?? {}, { result: database });
  requests[0]?.onsuccess?.();
  await vi.advanceTimersByTimeAsync(10_000);
  await Promise.all(both);
});

it('indexedDbStorage commits only the writes of a hidden page at once', async () => {
  const storage = indexedDbStorage('test');
  const database = slowDatabase(Uint8Array.of(7));
  const document = { visibilityState: 'visible' };
  vi.stubGlobal('document', document);
  const end = async (action: Promise<unknown>) => {
    await vi.advanceTimersByTimeAsync(0);
    database.transactions.at(-1)?.oncomplete?.();
    await action;
  };
  const first = storage.put('a', Uint8Array.of(1));
  Object.assign(requests[0] ?? {}, { result: database });
  requests[0]?.onsuccess?.();
  await end(first);
  document.visibilityState = 'hidden';
  await end(storage.get('a'));
  expect(database.log).toEqual([]);
  await end(storage.put('a', Uint8Array.of(2)));
  expect(database.log).toEqual(['commit readwrite']);
});
