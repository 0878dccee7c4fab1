import { mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeFiles } from './node-files.ts';

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'isonoise-'));
});
afterAll(() => rm(directory, { recursive: true }));

describe('nodeFiles', () => {
  it('writes, reads and lists files, and leaves no temporary files behind', async () => {
    const files = nodeFiles(path.join(directory, 'new'));
    await files.write('unet/model.onnx', Uint8Array.of(1, 2));
    await files.write('unet/model.onnx', Uint8Array.of(3));
    await files.write('a.json', Uint8Array.of(4));
    expect(await files.read('unet/model.onnx')).toEqual(Uint8Array.of(3));
    expect(await files.list()).toEqual(['a.json', 'unet/model.onnx']);
    expect(await readdir(path.join(directory, 'new/unet'))).toEqual(['model.onnx']);
  });

  it('rejects paths that leave the folder', async () => {
    const inside = path.join(directory, 'inside');
    const files = nodeFiles(inside);
    await files.write('a', Uint8Array.of(1));
    await writeFile(path.join(directory, 'secret'), 'x');
    for (const name of ['../secret', '/etc/hostname', 'b/../../secret', '']) {
      await expect(files.read(name)).rejects.toMatchObject({ code: 'RUNTIME_REQUEST' });
      await expect(files.write(name, Uint8Array.of(1))).rejects.toMatchObject({ code: 'RUNTIME_REQUEST' });
    }
    await symlink(path.join(directory, 'secret'), path.join(inside, 'link'));
    await symlink(directory, path.join(inside, 'up'));
    await expect(files.read('link')).rejects.toThrow('link that leads outside');
    for (const name of ['up/new', 'up/folder/new']) {
      await expect(files.write(name, Uint8Array.of(1))).rejects.toThrow('link that leads outside');
    }
    // Nothing is created outside.
    expect((await readdir(directory)).sort()).toEqual(['inside', 'new', 'secret']);
  });

  it('shows the folder in errors as the caller gave it', async () => {
    const home = path.join(directory, 'shown');
    await nodeFiles(home).write('a/b', Uint8Array.of(1));
    const typed = path.relative('.', home);
    const files = nodeFiles(typed);
    expect(files.description).toBe(typed);
    await expect(files.read('../b')).rejects.toThrow(`${typed}: the path "../b" is not a path in a bundle`);
    await expect(files.read('a')).rejects.toThrow(`read ${path.join(typed, 'a')}: found a folder`);
    await expect(files.read('a/b', 0)).rejects.toThrow(
      `read ${path.join(typed, 'a', 'b')}: the file has 1 byte;`,
    );
  });

  it('accepts names that begin with two dots, and links that stay inside', async () => {
    const home = path.join(directory, 'dots');
    const files = nodeFiles(home);
    await files.write('..a/..b', Uint8Array.of(1));
    expect(await files.read('..a/..b')).toEqual(Uint8Array.of(1));
    await symlink(path.join(home, '..a'), path.join(home, 'other'));
    await files.write('other/sub/c', Uint8Array.of(2));
    expect(await files.read('..a/sub/c')).toEqual(Uint8Array.of(2));
  });

  it('throws the error of node:fs for a missing file', async () => {
    await expect(nodeFiles(directory).read('none')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
