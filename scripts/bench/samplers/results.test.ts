import { mkdtemp, readFile, rm, truncate } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Results } from './results.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'isonoise-bench-samplers-'));
});
afterAll(() => rm(folder, { recursive: true }));

const first = { key: 'a', first: 0, hits: [true, false], squares: [0.25, 1] };
const second = { ...first, first: 2 };

describe('Results', () => {
  it('are read by the next process, except for an incomplete line after a kill', async () => {
    const file = path.join(folder, 'new', 'results.jsonl');
    const written = await Results.open(file);
    const values = Buffer.from(Float32Array.of(1.5, -2).buffer).toString('base64');
    await written.add({ key: 'exact', first: 0, values });
    await written.add(first);
    await written.add(second);
    const again = await Results.open(file);
    expect(again.result('a', 0)).toEqual(first);
    expect(again.result('a', 2)).toEqual(second);
    expect(again.result('b', 0)).toBeUndefined();
    expect(again.solution('exact', 0)).toEqual(Float32Array.of(1.5, -2));
    expect(again.result('exact', 0)).toBeUndefined();

    const { length } = await readFile(file);
    await truncate(file, length - 5);
    const cut = await Results.open(file);
    expect(cut.result('a', 0)).toEqual(first);
    expect(cut.result('a', 2)).toBeUndefined();
    // The next line must not be appended to the incomplete one.
    await cut.add(second);
    expect((await Results.open(file)).result('a', 2)).toEqual(second);
  });

  it('are kept in memory if the file is null', async () => {
    const results = await Results.open(null);
    await results.add(first);
    expect(results.result('a', 0)).toEqual(first);
  });
});
