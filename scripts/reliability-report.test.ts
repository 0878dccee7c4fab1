import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeReliabilitySection } from './reliability-report.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'isonoise-reliability-'));
});
afterEach(() => rm(folder, { recursive: true }));

const file = (): string => path.join(folder, 'reliability.md');

it('writeReliabilitySection replaces one section and keeps the rest of the file', async () => {
  await writeReliabilitySection(folder, 'fuzz', 'no crash in 10 inputs');
  await writeReliabilitySection(folder, 'chaos', '1 kill');
  await writeFile(file(), `${await readFile(file(), 'utf8')}\nA closing remark.\n`);
  await writeReliabilitySection(folder, 'chaos', '40 kills');
  const text = await readFile(file(), 'utf8');
  expect(text).toMatch(/^# Reliability\n/);
  expect(text).toContain('## Kills\n\n<!-- chaos:begin -->\n\n40 kills\n\n<!-- chaos:end -->');
  expect(text).toContain('<!-- fuzz:begin -->\n\nno crash in 10 inputs\n\n<!-- fuzz:end -->');
  expect(text).toMatch(/A closing remark\.\n$/);
  expect(text).not.toContain('1 kill\n');
});

it('writeReliabilitySection rejects a file without the markers and does not change it', async () => {
  await writeFile(file(), 'my own notes');
  await expect(writeReliabilitySection(folder, 'chaos', '40 kills')).rejects.toThrow(/reliability\.md/);
  expect(await readFile(file(), 'utf8')).toBe('my own notes');
});
