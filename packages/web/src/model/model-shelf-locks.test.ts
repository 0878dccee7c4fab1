import { type ModelStorage, memoryStorage } from '@isonoise/runtime-web';
import { expect, it } from 'vitest';
import { files, names, spec } from '../../testdata/shelf-models.ts';
import { createModelShelf, type ModelShelf } from './model-shelf.ts';
import { createStoringLock } from './storing-lock.ts';

/** Returns the locks of a browser, which grant a lock to several shared requests or to one exclusive request. */
function browserLocks(): Pick<LockManager, 'request'> {
  let shared = 0;
  const request = async (
    _: string,
    { mode, ifAvailable }: LockOptions,
    act: (lock: Lock | null) => Promise<unknown>,
  ): Promise<unknown> => {
    if (ifAvailable === true) return act(shared > 0 ? null : { mode: 'exclusive', name: '' });
    shared++;
    return act({ mode: mode ?? 'exclusive', name: '' }).finally(() => shared--);
  };
  return { request } as Pick<LockManager, 'request'>;
}
const shelfOf = (storage: ModelStorage<Uint8Array | Blob>, locks = browserLocks()): ModelShelf =>
  createModelShelf(
    storage,
    () => 5,
    () => 0,
    createStoringLock(locks),
  );

it('createModelShelf keeps a model while the page is open if the browser denies locks', async () => {
  const shelf = shelfOf(memoryStorage(), {
    request: () => Promise.reject(new DOMException('denied', 'SecurityError')),
  });
  await shelf.load();
  expect(await shelf.add({ spec: spec('cats'), sha256: 'ab', files: files('x') })).toBe(false);
  expect([names(shelf), shelf.problem.value]).toEqual([['cats'], 'forbidden']);
  await shelf.remove('cats');
  expect(names(shelf)).toEqual([]);
});

it('createModelShelf deletes the files of a model that was not stored completely, at the next visit', async () => {
  const storage = memoryStorage<Uint8Array | Blob>();
  const first = shelfOf(storage);
  for (const name of ['cats', 'cats/2'])
    await first.add({ spec: spec(name), sha256: 'ab', files: files('x') });
  // The page was closed while two models were stored: one of a new name, and one that replaces another.
  for (const key of ['file/dogs/4-0/0', 'file/cats/4-0/0', 'file/cats/4-0/1'])
    await storage.put(key, new Blob(['y']));
  const next = shelfOf(storage);
  await next.load();
  expect(names(next).toSorted()).toEqual(['cats', 'cats/2']);
  expect(await storage.keys('file/')).toEqual(['file/cats%2F2/5-0/0', 'file/cats/5-0/0']);
});

it('createModelShelf keeps the files of descriptions that it cannot read, and those of earlier releases', async () => {
  const storage = memoryStorage<Uint8Array | Blob>();
  const text = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
  await storage.put('model/cats', text({ version: 2 }));
  await storage.put('model/dogs', Uint8Array.of(123));
  await storage.put('model/owls', text({ version: 1, time: 1, spec: spec('owls'), files: ['owls.onnx'] }));
  const kept = ['file/cats/9-0/0', 'file/dogs/9-0/0', 'file/owls/0'];
  for (const key of [...kept, 'file/owls/1']) await storage.put(key, new Blob(['y']));
  await shelfOf(storage).load();
  expect(await storage.keys('file/')).toEqual(kept);
});

it('createModelShelf keeps the files of a model that another tab is storing', async () => {
  const storage = memoryStorage<Uint8Array | Blob>();
  const locks = browserLocks();
  let write = (): void => {};
  const slow: ModelStorage<Uint8Array | Blob> = {
    ...storage,
    async put(key, value) {
      if (key.startsWith('model/'))
        await new Promise<void>((resolve) => {
          write = resolve;
        });
      await storage.put(key, value);
    },
  };
  const other = shelfOf(slow, locks);
  const added = other.add({ spec: spec('cats'), sha256: 'ab', files: files('x') });
  await expect.poll(() => storage.keys('file/')).toHaveLength(1);
  await shelfOf(storage, locks).load();
  expect(await storage.keys('file/')).toHaveLength(1);
  write();
  expect(await added).toBe(true);
});
