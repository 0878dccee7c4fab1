import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { heldOutFolder } from './held-out-folder.ts';

it.each([
  [['train', 'test'], 'test'],
  [['train', 'val', 'test'], 'test'],
  [['training', 'validation'], 'validation'],
  [['seg_train', 'seg_test'], 'seg_test'],
  [['cat', 'test'], null],
  [['cat', 'dog'], null],
])('heldOutFolder of %j is %j', async (names, expected) => {
  const folder = await mkdtemp(join(tmpdir(), 'isonoise-split-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const name of names) await mkdir(join(folder, name));
  expect(await heldOutFolder(folder)).toBe(expected === null ? null : join(folder, expected));
});

it('heldOutFolder of a file, such as a picture, is null', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'isonoise-split-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'sheet.png'), '');
  expect(await heldOutFolder(join(folder, 'sheet.png'))).toBeNull();
});
