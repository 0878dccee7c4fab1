import { type ModelStorage, memoryStorage } from '@isonoise/runtime-web';
import { expect, it } from 'vitest';
import { files, names, spec } from '../../testdata/shelf-models.ts';
import { createModelShelf } from './model-shelf.ts';
import type { StoringLock } from './storing-lock.ts';

/** A lock of a browser with a single tab. */
const lock: StoringLock = { storing: (act) => act(), cleaning: (act) => act() };

it('createModelShelf keeps models for the next visit, the latest first, and removes them', async () => {
  const storage = memoryStorage<Uint8Array | Blob>();
  let time = 0;
  const first = createModelShelf(
    storage,
    () => ++time,
    () => 0,
    lock,
  );
  for (const name of ['cats', 'cats/2', 'dogs'])
    expect(await first.add({ spec: spec(name), sha256: 'ab', files: files(name) })).toBe(true);
  expect(await first.add({ spec: spec('cats'), sha256: 'cd', files: files('other') })).toBe(true);
  expect(names(first)).toEqual(['cats', 'dogs', 'cats/2']);

  const next = createModelShelf(
    storage,
    () => 0,
    () => 0,
    lock,
  );
  await next.load();
  expect([names(next), next.isLoaded.value]).toEqual([names(first), true]);
  const [cats] = next.models.value;
  expect(cats).toMatchObject({ spec: spec('cats'), sha256: 'cd', bytes: 5 });
  expect(cats?.files.map(({ name }) => name)).toEqual(['own/unet/model.onnx']);
  expect(await cats?.files[0]?.text()).toBe('other');
  for (const name of names(next)) await next.remove(name);
  expect([names(next), await storage.keys('')]).toEqual([[], []]);
});

it('createModelShelf keeps models while the page is open if the browser stores nothing', async () => {
  const refuse = (): Promise<never> => Promise.reject(new DOMException('no storage', 'SecurityError'));
  const forbidden: ModelStorage<Uint8Array | Blob> = {
    get: refuse,
    put: refuse,
    delete: refuse,
    keys: refuse,
  };
  const shelf = createModelShelf(
    forbidden,
    () => 0,
    () => 0,
    lock,
  );
  await shelf.load();
  expect(await shelf.add({ spec: spec('cats'), sha256: undefined, files: files('x') })).toBe(false);
  expect([names(shelf), shelf.isLoaded.value, shelf.problem.value]).toEqual([['cats'], true, 'forbidden']);
  await shelf.remove('cats');
  expect(names(shelf)).toEqual([]);
});

it('createModelShelf does not list a model whose files are incomplete', async () => {
  const storage = memoryStorage<Uint8Array | Blob>();
  await createModelShelf(
    storage,
    () => 0,
    () => 0,
    lock,
  ).add({ spec: spec('cats'), sha256: 'ab', files: files('x') });
  await storage.delete('file/cats/0-0/0');
  const next = createModelShelf(
    storage,
    () => 0,
    () => 0,
    lock,
  );
  await next.load();
  expect(names(next)).toEqual([]);
});

it('createModelShelf lists the other models if the description of one is damaged', async () => {
  const storage = memoryStorage<Uint8Array | Blob>();
  const first = createModelShelf(
    storage,
    () => 0,
    () => 0,
    lock,
  );
  for (const name of ['cats', 'dogs']) await first.add({ spec: spec(name), sha256: 'ab', files: files('x') });
  await storage.put('model/cats', Uint8Array.of(123));
  const next = createModelShelf(
    storage,
    () => 0,
    () => 0,
    lock,
  );
  await next.load();
  expect(names(next)).toEqual(['dogs']);
});

it('createModelShelf stores only the later of two models of the same name that are added at once', async () => {
  const storage = memoryStorage<Uint8Array | Blob>();
  const slow = new File(['first'], 'a.zip');
  let added = 0;
  const shelf = createModelShelf(
    {
      ...storage,
      async put(key, value) {
        if (value === slow) await new Promise((resolve) => setTimeout(resolve, 20));
        await storage.put(key, value);
      },
    },
    () => 0,
    () => ++added,
    lock,
  );
  await Promise.all([
    shelf.add({ spec: spec('cats'), sha256: 'ab', files: [slow, new File(['2'], 'b.txt')] }),
    shelf.add({ spec: spec('cats'), sha256: 'cd', files: files('second') }),
  ]);
  expect(await storage.keys('')).toEqual(['file/cats/0-2/0', 'model/cats']);
  const next = createModelShelf(
    storage,
    () => 0,
    () => 0,
    lock,
  );
  await next.load();
  expect(await next.models.value[0]?.files[0]?.text()).toBe('second');
  expect(next.models.value[0]?.sha256).toBe('cd');
});

it('createModelShelf stores files without reading their bytes, and loads bytes that earlier versions stored', async () => {
  const storage = memoryStorage<Uint8Array | Blob>();
  const file = new File(['some bytes'], 'a.zip');
  const refused = () => Promise.reject(new Error('the bytes are read; expected only the blob'));
  Object.assign(file, { arrayBuffer: refused, text: refused });
  const first = createModelShelf(
    storage,
    () => 0,
    () => 0,
    lock,
  );
  expect(await first.add({ spec: spec('cats'), sha256: 'ab', files: [file] })).toBe(true);
  expect(await storage.get('file/cats/0-0/0')).toBe(file);
  await storage.put('file/cats/0-0/0', new TextEncoder().encode('bytes'));
  const next = createModelShelf(
    storage,
    () => 0,
    () => 0,
    lock,
  );
  await next.load();
  expect(next.models.value[0]).toMatchObject({ bytes: 5 });
  expect(await next.models.value[0]?.files[0]?.text()).toBe('bytes');
});

/** A storage with a model `cats` of an earlier visit; it fails in the methods that `fails` names. */
async function failingStorage() {
  const storage = memoryStorage<Uint8Array | Blob>();
  const first = createModelShelf(
    storage,
    () => 0,
    () => 0,
    lock,
  );
  await first.add({ spec: spec('cats'), sha256: 'ab', files: files('x') });
  const refuse = (): Promise<never> => Promise.reject(new DOMException('full', 'QuotaExceededError'));
  const state = {
    storage,
    fails: [] as readonly (keyof ModelStorage)[],
    failing: {
      ...storage,
      get: (key: string) => (state.fails.includes('get') ? refuse() : storage.get(key)),
      put: (key: string, value: Uint8Array | Blob) =>
        state.fails.includes('put') && key.startsWith('model/') ? refuse() : storage.put(key, value),
      delete: (key: string) => (state.fails.includes('delete') ? refuse() : storage.delete(key)),
    },
  };
  return state;
}

it('createModelShelf keeps the stored model if a new model of the same name cannot be stored', async () => {
  const state = await failingStorage();
  const stored = await state.storage.keys('');
  const shelf = createModelShelf(
    state.failing,
    () => 1,
    () => 0,
    lock,
  );
  await shelf.load();
  state.fails = ['put'];
  expect(await shelf.add({ spec: spec('cats'), sha256: 'cd', files: files('other') })).toBe(false);
  expect([shelf.models.value[0]?.sha256, shelf.problem.value]).toEqual(['cd', 'full']);
  expect(await state.storage.keys('')).toEqual(stored);
});

it.each(['add', 'remove'] as const)(
  'createModelShelf retries an unsaved model after the next %s',
  async (method) => {
    const state = await failingStorage();
    const shelf = createModelShelf(
      state.failing,
      () => 1,
      () => 0,
      lock,
    );
    await shelf.load();
    state.fails = ['put'];
    expect(await shelf.add({ spec: spec('dogs'), sha256: 'cd', files: files('dogs') })).toBe(false);
    state.fails = [];
    if (method === 'remove') await shelf.remove('cats');
    else await shelf.add({ spec: spec('cats'), sha256: 'ef', files: files('other') });
    expect(shelf.problem.value).toBeNull();
    expect(await state.storage.keys('model/')).toContain('model/dogs');
  },
);

it('createModelShelf reports that models could not be read, and lists them once they can be read', async () => {
  const state = await failingStorage();
  state.fails = ['get'];
  const shelf = createModelShelf(
    state.failing,
    () => 1,
    () => 0,
    lock,
  );
  await shelf.load();
  expect([names(shelf), shelf.problem.value]).toEqual([[], 'unread']);
  state.fails = [];
  await shelf.load();
  expect([names(shelf), shelf.problem.value]).toEqual([['cats'], null]);
});

it('createModelShelf lists a model again if it cannot be deleted', async () => {
  const state = await failingStorage();
  const shelf = createModelShelf(
    state.failing,
    () => 1,
    () => 0,
    lock,
  );
  await shelf.load();
  state.fails = ['delete'];
  await expect(shelf.remove('cats')).rejects.toMatchObject({ code: 'RUN_KEPT_STORAGE' });
  expect(names(shelf)).toEqual(['cats']);
  state.fails = [];
  await shelf.remove('cats');
  expect([names(shelf), await state.storage.keys('')]).toEqual([[], []]);
});

it('createModelShelf replaces and removes the files of a model that an earlier release stored', async () => {
  const storage = memoryStorage<Uint8Array | Blob>();
  const stored = { version: 1, time: 0, spec: spec('cats'), files: ['a.onnx'] };
  await storage.put('model/cats', new TextEncoder().encode(JSON.stringify(stored)));
  await storage.put('file/cats/0', new TextEncoder().encode('early'));
  const shelf = createModelShelf(
    storage,
    () => 1,
    () => 0,
    lock,
  );
  await shelf.load();
  expect(await shelf.models.value[0]?.files[0]?.text()).toBe('early');
  await shelf.add({ spec: spec('cats'), sha256: 'cd', files: files('new') });
  expect(await storage.keys('')).toEqual(['file/cats/1-0/0', 'model/cats']);
  await shelf.remove('cats');
  expect(await storage.keys('')).toEqual([]);
});
