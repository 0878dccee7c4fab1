import type { LookRecord } from '@isonoise/data';
import { expect, it } from 'vitest';
import { createModelLooks } from './model-looks.ts';

const LOOK: LookRecord = { palette: ['#000000ff'], asymmetry: 0 };

it('createModelLooks reads the look of each model version once', async () => {
  let version = 1;
  const read: string[] = [];
  const looks = createModelLooks({
    keyOf: (name) => `${name} ${version}`,
    read: async (name) => {
      read.push(`${name} ${version}`);
      return version === 1 ? LOOK : null;
    },
  });
  expect(looks.known('a')).toBeUndefined();
  expect(await Promise.all([looks.of('a'), looks.of('a')])).toEqual([LOOK, LOOK]);
  expect(looks.known('a')).toBe(LOOK);
  version = 2;
  expect(looks.known('a')).toBeUndefined();
  expect(await looks.of('a')).toBeNull();
  expect(looks.known('a')).toBeNull();
  expect(read).toEqual(['a 1', 'a 2']);
});

it('createModelLooks reads again after a failure', async () => {
  let fails = true;
  const looks = createModelLooks({
    keyOf: (name) => name,
    read: async () => {
      if (fails) throw new Error('offline');
      return LOOK;
    },
  });
  await expect(looks.of('a')).rejects.toThrow('offline');
  expect(looks.known('a')).toBeUndefined();
  fails = false;
  expect(await looks.of('a')).toBe(LOOK);
});
