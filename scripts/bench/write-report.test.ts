import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type BenchRun, parseRecord } from './record.ts';
import { writeReport } from './write-report.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'isonoise-bench-'));
});
afterEach(() => rm(folder, { recursive: true }));

const run = (bench: string, value: number): BenchRun => ({
  bench,
  description: bench,
  date: '2026-12-01T10:00:00.000Z',
  machine: {
    cpu: 'CPU',
    cores: 2,
    memoryGiB: 8,
    platform: 'linux x64',
    node: 'v20.0.0',
    onnxruntime: '1.30.0',
  },
  threads: 2,
  quick: false,
  load: 0,
  rows: [{ what: `speed of ${bench}`, value, unit: '×', note: '' }],
});
const read = (name: string): Promise<string> => readFile(path.join(folder, name), 'utf8');
const order = ['training', 'cost'];

it('writeReport creates both files, and later keeps benches that were not run and the text around the table', async () => {
  await writeReport(folder, [run('cost', 1)], order);
  const text = await read('performance.md');
  await writeFile(path.join(folder, 'performance.md'), `A preface.\n${text}`);
  await writeReport(folder, [run('training', 2)], order);
  expect(parseRecord(await read('performance.json')).runs).toEqual([run('training', 2), run('cost', 1)]);
  const merged = await read('performance.md');
  expect(merged).toMatch(/^A preface\.\n# Performance/);
  expect(merged).toMatch(/speed of training \| 2\.00 ×[\s\S]*speed of cost \| 1\.00 ×/);
});

it('writeReport writes neither file if performance.md lacks its markers', async () => {
  await writeFile(path.join(folder, 'performance.md'), 'no markers');
  await expect(writeReport(folder, [run('cost', 1)], order)).rejects.toThrow(/performance\.md/);
  await expect(read('performance.json')).rejects.toThrow(/ENOENT/);
});
