import { parseTrainConfig, recordData } from '@isonoise/train';
import { expect, it } from 'vitest';
import { storeNewRun, withNewName } from './new-run.ts';
import type { RunRecord } from './run-record.ts';
import { openRunStorage, type RunStorage } from './run-storage.ts';

/** The locks of a browser, which all its tabs share. Only exclusive locks with `ifAvailable` are modelled. */
class SharedLocks {
  readonly held = new Set<string>();
  request = (async (name: string, _: LockOptions, act: LockGrantedCallback<unknown>) => {
    if (this.held.has(name)) return act(null);
    this.held.add(name);
    try {
      return await act({ name, mode: 'exclusive' });
    } finally {
      this.held.delete(name);
    }
  }) as LockManager['request'];
  query = async (): Promise<LockManagerSnapshot> => ({
    held: [...this.held].map((name) => ({ name })),
    pending: [],
  });
}

/** Storage in memory. */
function memory() {
  const values = new Map<string, Uint8Array>();
  let failing = '';
  return {
    values,
    failAt: (part: string) => {
      failing = part;
    },
    storage: {
      get: async (key: string) => values.get(key),
      async put(key: string, value: Uint8Array) {
        if (failing !== '' && key.includes(failing)) throw new Error('the disk is full');
        values.set(key, value);
      },
      delete: async (key: string) => void values.delete(key),
      keys: async (prefix: string) => [...values.keys()].filter((key) => key.startsWith(prefix)),
    },
  };
}

const names = (...listed: readonly string[]): Pick<RunStorage, 'list'> => ({ list: async () => listed });

it('withNewName gives tabs that begin at the same time different names', async () => {
  const locks = new SharedLocks();
  const open: (() => void)[] = [];
  const begun: string[] = [];
  const begin = (): Promise<void> =>
    withNewName(locks, names('mnist-2'), 'mnist', async (name) => {
      begun.push(name);
      await new Promise<void>((resolve) => open.push(resolve));
    });
  const tabs = [begin(), begin(), begin()];
  await expect.poll(() => begun.length).toBe(3);
  expect(begun.toSorted()).toEqual(['mnist', 'mnist-3', 'mnist-4']);
  for (const end of open) end();
  await Promise.all(tabs);
  expect(locks.held.size).toBe(0);
});

it('withNewName never takes the name of a run that another tab stored after the names were read', async () => {
  const answers = [[], ['mnist']];
  const begun: string[] = [];
  await withNewName(
    new SharedLocks(),
    { list: async () => answers.shift() ?? ['mnist'] },
    'mnist',
    async (name) => void begun.push(name),
  );
  expect(begun).toEqual(['mnist-2']);
});

it('withNewName works without locks, and reports the error of the work', async () => {
  const fails = withNewName(undefined, names(), 'my cats', async (name) => {
    throw new Error(`no memory for ${name}`);
  });
  await expect(fails).rejects.toThrow('no memory for my-cats');
});

const images = {
  name: 'cats',
  count: 1,
  shape: { channels: 1, height: 1, width: 2 },
  pixels: Uint8Array.of(1, 2),
} as const;
const record: RunRecord = {
  name: 'cats',
  config: parseTrainConfig({ dataset: 'cats', network: {}, steps: 9 }),
  device: { device: 'wasm', threads: 1 },
  origin: { kind: 'folder' },
  images: 1,
  shape: images.shape,
  classNames: null,
  begun: '2030-01-01T00:00:00.000Z',
};
const data = recordData(images);

it.each(['pixels', 'data.json', 'run.json'])(
  'storeNewRun leaves nothing behind if %s cannot be stored',
  async (part) => {
    const { values, failAt, storage } = memory();
    const runs = openRunStorage(storage);
    failAt(part);
    await expect(storeNewRun(runs, runs.open('cats'), { record, data, images })).rejects.toThrow(
      'the disk is full',
    );
    expect([...values.keys()]).toEqual([]);
  },
);

it('storeNewRun deletes files that a closed tab left without a record', async () => {
  const { values, storage } = memory();
  values.set('cats/checkpoints/step-5', Uint8Array.of(1));
  const runs = openRunStorage(storage);
  await storeNewRun(runs, runs.open('cats'), { record, data, images });
  expect([...values.keys()].toSorted()).toEqual(['cats/data.json', 'cats/pixels', 'cats/run.json']);
  expect(await runs.open('cats').readRecord()).toEqual(record);
});
