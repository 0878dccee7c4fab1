import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { replaceFolder } from './replace-folder.ts';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'isonoise-replace-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const fill = (text: string) => (folder: string) => writeFile(join(folder, 'isonoise.json'), text);

describe('replaceFolder', () => {
  it('makes the folder, and replaces a bundle only when told to', async () => {
    const path = join(root, 'models', 'a');
    await replaceFolder(path, false, fill('1'));
    await expect(replaceFolder(path, false, fill('2'))).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' });
    await replaceFolder(path, true, fill('3'));
    expect(await readFile(join(path, 'isonoise.json'), 'utf8')).toBe('3');
    expect(await readdir(join(root, 'models'))).toEqual(['a']);
  });

  it('leaves everything as it was when filling fails', async () => {
    const path = join(root, 'a');
    await replaceFolder(path, false, fill('1'));
    const failing = replaceFolder(path, true, async (folder) => {
      await fill('2')(folder);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await readFile(join(path, 'isonoise.json'), 'utf8')).toBe('1');
    expect(await readdir(root)).toEqual(['a']);
  });

  it('puts back what was there where the new folder cannot have its place', async () => {
    const path = join(root, 'a');
    await replaceFolder(path, false, fill('1'));
    const vanishing = replaceFolder(path, true, (folder) => rm(folder, { recursive: true }));
    await expect(vanishing).rejects.toThrow('ENOENT');
    expect(await readFile(join(path, 'isonoise.json'), 'utf8')).toBe('1');
    expect(await readdir(root)).toEqual(['a']);
  });

  it('never replaces a folder that is not a bundle', async () => {
    await mkdir(join(root, 'photos'));
    await writeFile(join(root, 'photos', 'one.png'), '');
    await expect(replaceFolder(join(root, 'photos'), true, fill('1'))).rejects.toThrow(
      'is not an isonoise bundle; not overwritten',
    );
    await expect(replaceFolder(join(root, 'photos', 'one.png'), true, fill('1'))).rejects.toThrow(
      'is not an isonoise bundle',
    );
  });
});
