import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Dataset } from '@isonoise/data';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { measures } from '../../testdata/measures.ts';
import { comparisonKey, keptMeasures } from './kept-measures.ts';
import type { Measures } from './measure.ts';

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'isonoise-measures-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

it('keptMeasures computes measures once, and then reads the same numbers from the file', async () => {
  const path = join(root, 'measures.json');
  let calls = 0;
  const compute = async (): Promise<Measures> => {
    calls++;
    return { ...measures, fid: 1 / 3 };
  };
  expect(await keptMeasures(path, compute)).toEqual({ ...measures, fid: 1 / 3 });
  expect(await keptMeasures(path, compute)).toEqual({ ...measures, fid: 1 / 3 });
  expect(calls).toBe(1);
});

it('comparisonKey depends on the pixels of both sets and on the classes', () => {
  const set = (value: number): Dataset => ({
    name: 'set',
    count: 1,
    shape: { channels: 1, height: 1, width: 2 },
    pixels: Uint8Array.of(value, 0),
  });
  const keys = [
    comparisonKey(set(1), null, null),
    comparisonKey(set(2), null, null),
    comparisonKey(set(1), set(1), null),
    comparisonKey(set(1), set(2), null),
    comparisonKey(set(1), null, [0, 1]),
  ];
  expect(new Set(keys).size).toBe(5);
  expect(comparisonKey({ ...set(1), name: 'other' }, null, null)).toBe(keys[0]);
});
