import { spawnSync } from 'node:child_process';
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { atomicWrite, atomicWriteAll, writeOutput } from './atomic-write.ts';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'isonoise-write-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

describe('atomicWrite', () => {
  it('creates a file, replaces it, and leaves no other file', async () => {
    const path = join(root, 'a');
    for (const text of ['one', 'two']) {
      await atomicWrite(path, text);
      expect(await readFile(path, 'utf8')).toBe(text);
    }
    expect(await readdir(root)).toEqual(['a']);
  });

  it('creates a file with the longest possible name', async () => {
    const long = 'x'.repeat(255);
    await atomicWrite(join(root, long), 'long');
    expect(await readdir(root)).toEqual([long]);
  });

  it('removes the temporary files that a killed process left for the same file, but no other files', async () => {
    const dead = spawnSync(process.execPath, ['-e', '']).pid;
    for (const name of [`.a.${dead}.tmp`, `.a.${process.ppid}.tmp`, `.b.${dead}.tmp`, '.a.notes.tmp'])
      await writeFile(join(root, name), 'half');
    await atomicWrite(join(root, 'a'), 'whole');
    expect((await readdir(root)).sort()).toEqual(
      [`.a.${process.ppid}.tmp`, `.b.${dead}.tmp`, '.a.notes.tmp', 'a'].sort(),
    );
  });

  it.skipIf(process.platform !== 'linux')(
    'reports the file and the reason if the disk is full or read-only',
    async () => {
      const link = join(root, 'full');
      await symlink('/dev/full', link);
      await expect(atomicWrite(link, 'text')).rejects.toMatchObject({
        code: 'CLI_WRITE_FAILED',
        message: `write ${link}: no space is left on the disk (ENOSPC); existing files are unchanged. Correct this and run the command again.`,
      });
      // Nothing can be created in /proc, not even by root.
      await expect(atomicWrite('/proc/isonoise', 'text')).rejects.toMatchObject({
        code: 'CLI_WRITE_FAILED',
        message: expect.stringMatching(
          /^write \/proc\/isonoise: .*\(E[A-Z]+\); existing files are unchanged/,
        ),
      });
    },
  );

  it('fails if the path is a folder, and leaves the folder unchanged', async () => {
    await mkdir(join(root, 'a', 'b'), { recursive: true });
    await expect(atomicWrite(join(root, 'a'), 'text')).rejects.toThrow();
    expect(await readdir(root)).toEqual(['a']);
    expect(await readdir(join(root, 'a'))).toEqual(['b']);
  });

  it('replaces the target of a link and keeps the link', async () => {
    const [file, link] = [join(root, 'file'), join(root, 'link')];
    await writeFile(file, 'old');
    await symlink(file, link);
    await atomicWrite(link, 'new');
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
    expect(await readFile(file, 'utf8')).toBe('new');
  });

  it.skipIf(process.platform === 'win32')(
    'replaces a pipe, whereas writeOutput writes into the pipe',
    async () => {
      const pipe = join(root, 'pipe');
      spawnSync('mkfifo', [pipe]);
      const read = readFile(pipe, 'utf8');
      await writeOutput(pipe, 'through');
      expect(await read).toBe('through');
      expect((await lstat(pipe)).isFIFO()).toBe(true);
      await atomicWrite(pipe, 'whole');
      expect((await lstat(pipe)).isFile()).toBe(true);
      expect(await readFile(pipe, 'utf8')).toBe('whole');
    },
  );

  it.skipIf(process.platform === 'win32')('writes to a device without replacing it', async () => {
    const link = join(root, 'null');
    await symlink('/dev/null', link);
    await atomicWrite(link, 'gone');
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
    expect((await stat(link)).isCharacterDevice()).toBe(true);
  });
});

it.skipIf(process.platform === 'win32')(
  'atomicWrite follows a link before it resolves ".." in a path',
  async () => {
    await mkdir(join(root, 'real', 'sub'), { recursive: true });
    await symlink(join(root, 'real', 'sub'), join(root, 'link'));
    await atomicWrite(`${root}/link/../a`, 'new');
    expect(await readdir(join(root, 'real'))).toEqual(['a', 'sub']);
    expect((await readdir(root)).sort()).toEqual(['link', 'real']);
  },
);

describe('atomicWriteAll', () => {
  it('leaves all files unchanged, and leaves no temporary file, if one file cannot be written', async () => {
    await writeFile(join(root, 'a'), 'old');
    const missing = join(root, 'missing', 'b');
    const files = new Map([
      [join(root, 'a'), 'new'],
      [missing, 'new'],
    ]);
    await expect(atomicWriteAll(files)).rejects.toMatchObject({
      code: 'CLI_WRITE_FAILED',
      message: expect.stringContaining(missing),
    });
    expect(await readFile(join(root, 'a'), 'utf8')).toBe('old');
    expect(await readdir(root)).toEqual(['a']);
  });

  it('uses the name of a file that the caller gave in errors, not the path of the written file', async () => {
    const missing = atomicWriteAll(new Map([['images/b.png', 'new']]), () => join(root, 'missing', 'b.png'));
    await expect(missing).rejects.toThrow('write images/b.png: its folder does not exist (ENOENT); existing');
    const folder = atomicWriteAll(new Map([['b.png', 'new']]), () => root);
    await expect(folder).rejects.toThrow('write b.png: it is a folder (EISDIR); existing');
  });

  it('leaves all files unchanged if a folder has the name of one file', async () => {
    await writeFile(join(root, 'a'), 'old');
    await mkdir(join(root, 'b'));
    const files = new Map(['a', 'b'].map((name) => [join(root, name), 'new']));
    await expect(atomicWriteAll(files)).rejects.toThrow(
      `write ${join(root, 'b')}: it is a folder (EISDIR); existing files are unchanged.`,
    );
    expect(await readFile(join(root, 'a'), 'utf8')).toBe('old');
    expect((await readdir(root)).sort()).toEqual(['a', 'b']);
  });

  it.skipIf(process.platform === 'win32')(
    'reports the written files if a later file cannot be renamed',
    async () => {
      // A file cannot be renamed to a name with a slash at its end.
      const last = `${root}/last/`;
      const files = new Map(
        [...[1, 2, 3, 4, 5, 6].map((n) => join(root, `${n}`)), last].map((path) => [path, 'new']),
      );
      const named = [1, 2, 3, 4, 5].map((n) => join(root, `${n}`)).join(', ');
      await expect(atomicWriteAll(files)).rejects.toMatchObject({
        code: 'CLI_WRITE_FAILED',
        message: expect.stringContaining(
          `; already written: ${named} and 1 more; other files are unchanged.`,
        ),
      });
      expect(await readdir(root)).toEqual(['1', '2', '3', '4', '5', '6']);
    },
  );

  it('replaces all files, and keeps links', async () => {
    await writeFile(join(root, 'a'), 'old');
    await symlink(join(root, 'a'), join(root, 'link'));
    await atomicWriteAll(
      new Map([
        [join(root, 'b'), 'two'],
        [join(root, 'link'), 'one'],
      ]),
    );
    expect((await lstat(join(root, 'link'))).isSymbolicLink()).toBe(true);
    expect(await readFile(join(root, 'a'), 'utf8')).toBe('one');
    expect(await readFile(join(root, 'b'), 'utf8')).toBe('two');
    expect((await readdir(root)).sort()).toEqual(['a', 'b', 'link']);
  });
});
