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
