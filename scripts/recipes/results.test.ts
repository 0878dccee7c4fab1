import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CellResult, cellFolder } from './cell.ts';
import { readResults, writeResults } from './results.ts';

const times = { cpu: 'EPYC', cores: 2, times: {} };
const result: CellResult = {
  recipe: 'adam',
  data: 'icons',
  minutes: 3,
  seed: 0,
  steps: 500,
  parameters: 1,
  loss: 0.02,
  judged: [{ sampler: 'unipc', steps: 12, fid: 5, kid: 0.01, rightClass: null }],
};
let out = '';

beforeEach(async () => {
  out = await mkdtemp(path.join(tmpdir(), 'isonoise-recipes-'));
});
afterEach(() => rm(out, { recursive: true }));

describe('readResults', () => {
  it('returns an empty map if the folder has no results', async () => {
    expect(await readResults(out, 1000, times)).toEqual(new Map());
  });

  it('returns written results by their keys', async () => {
    const other: CellResult = { ...result, seed: 1 };
    const results = new Map([other, result].map((each) => [cellFolder(each, 500), each]));
    await writeResults(out, results, 1000, times);
    expect(await readResults(out, 1000, times)).toEqual(results);
  });

  it('rejects results of step times of another processor, or with another number of images', async () => {
    await writeResults(out, new Map([['any', result]]), 1000, times);
    await expect(readResults(out, 1000, { ...times, cpu: 'Xeon' })).rejects.toThrow(
      /has results of EPYC, 2 cores, 1000 images; expected Xeon, 2 cores, 1000 images/,
    );
    await expect(readResults(out, 100, times)).rejects.toThrow(/expected EPYC, 2 cores, 100 images/);
  });

  it('leaves out results of recipes that have changed since then', async () => {
    await writeResults(out, new Map([['icons-adam-3m-s0-00000000', result]]), 1000, times);
    expect(await readResults(out, 1000, times)).toEqual(new Map());
  });

  it.each(['{', 'null', '{}'])('rejects a file with the content %s, and names it', async (content) => {
    await writeFile(path.join(out, 'recipes.json'), content);
    await expect(readResults(out, 1000, times)).rejects.toThrow(/recipes\.json cannot be read/);
  });
});

it('writeResults sorts results, so that the file does not depend on the order of training', async () => {
  const other: CellResult = { ...result, recipe: 'today' };
  const text = async (order: readonly CellResult[]): Promise<string> => {
    await writeResults(out, new Map(order.map((each) => [cellFolder(each, 500), each])), 1000, times);
    return readFile(path.join(out, 'recipes.json'), 'utf8');
  };
  expect(await text([result, other])).toBe(await text([other, result]));
});
