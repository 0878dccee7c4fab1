import { spawnSync } from 'node:child_process';
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodePng } from '@isonoise/picture';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Content, writeOutputs } from './write-outputs.ts';

let root = '';
const at = (...parts: string[]): string => join(root, ...parts);
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'isonoise-write-outputs-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const PICTURE = encodePng(
  { width: 1, height: 1, channels: 1, data: Uint8Array.of(7) },
  { text: { isonoise: '{}' } },
);

/** Writes a PNG to each path. */
const write = (
  paths: readonly string[],
  inputs: readonly string[] = [],
  overwrite?: boolean,
): Promise<void> =>
  writeOutputs(
    { files: paths.map((path) => ({ flag: '--out', path, format: 'PNG' })), inputs, overwrite },
    paths.map((path): Content => [path, PICTURE]),
  );

describe('writeOutputs', () => {
  it('creates folders, and replaces earlier outputs', async () => {
    await write([at('deep', 'er', 'a.png'), at('b.png')]);
    await writeFile(at('b.png'), '');
    await write([at('b.png')]);
    expect(await readFile(at('deep', 'er', 'a.png'))).toEqual(Buffer.from(PICTURE));
    expect(await readFile(at('b.png'))).toEqual(Buffer.from(PICTURE));
    expect((await readdir(root)).sort()).toEqual(['b.png', 'deep']);
  });

  it('keeps a file that appeared while the command worked, and writes the output beside it', async () => {
    await writeFile(at('b.png'), 'a photo');
    await expect(write([at('b.png')])).rejects.toMatchObject({
      code: 'CLI_OUTPUT_EXISTS',
      message: expect.stringContaining(`The outputs were written to ${at('b.new.png')}.`),
    });
    await expect(write([at('a.png'), at('b.png')])).rejects.toThrow(
      `${at('a.new.png')}, ${at('b.new-2.png')}.`,
    );
    expect((await readdir(root)).sort()).toEqual(['a.new.png', 'b.new-2.png', 'b.new.png', 'b.png']);
    expect(await readFile(at('b.new-2.png'))).toEqual(Buffer.from(PICTURE));
    expect(await readFile(at('b.png'), 'utf8')).toBe('a photo');
  });

  it('writes nothing if an output would replace an input', async () => {
    await writeFile(at('b.png'), 'a photo');
    await expect(write([at('a.png'), at('b.png')], [at('b.png')], true)).rejects.toThrow('which is an input');
    expect([await readdir(root), await readFile(at('b.png'), 'utf8')]).toEqual([['b.png'], 'a photo']);
    await write([at('a.png'), at('b.png')], [], true);
    expect(await readFile(at('b.png'))).toEqual(Buffer.from(PICTURE));
  });

  it('writes nothing if a folder has the name of one of the files', async () => {
    await mkdir(at('b.png'));
    await expect(write([at('a.png'), at('b.png')], [], true)).rejects.toThrow('names a folder');
    expect(await readdir(root)).toEqual(['b.png']);
  });

  it.skipIf(process.platform === 'win32')(
    'writes to the same path that it checks, even if it contains links and ..',
    async () => {
      await mkdir(at('real', 'sub'), { recursive: true });
      await symlink(at('real', 'sub'), at('link'));
      await writeFile(at('real', 'photo.png'), 'a photo');
      await expect(write([`${root}/link/../photo.png`])).rejects.toMatchObject({ code: 'CLI_OUTPUT_EXISTS' });
      await write([`${root}/link/../new.png`, `${root}/link/none/../../other.png`, `${root}/none/../a.png`]);
      expect(await readdir(at('real'))).toEqual([
        'new.png',
        'other.png',
        'photo.new.png',
        'photo.png',
        'sub',
      ]);
      expect((await readdir(root)).sort()).toEqual(['a.png', 'link', 'real']);
    },
  );

  it.skipIf(process.platform === 'win32')('writes to pipes and devices without replacing them', async () => {
    spawnSync('mkfifo', [at('pipe.png')]);
    const read = readFile(at('pipe.png'));
    await symlink('/dev/null', at('null.png'));
    await write([at('null.png'), at('pipe.png'), at('a.png')]);
    expect(await read).toEqual(Buffer.from(PICTURE));
    expect((await lstat(at('pipe.png'))).isFIFO()).toBe(true);
    expect((await lstat(at('null.png'))).isSymbolicLink()).toBe(true);
  });
});
