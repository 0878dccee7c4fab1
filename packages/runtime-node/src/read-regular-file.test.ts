import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadModel } from './create-denoiser.ts';
import { nodeFiles } from './node-files.ts';
import { readRegularFile } from './read-regular-file.ts';

let root = '';
const at = (name: string): string => join(root, name);
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'isonoise-read-'));
  await writeFile(at('file'), 'four');
  await symlink(at('file'), at('link'));
  if (process.platform !== 'win32') {
    execFileSync('mkfifo', [at('pipe'), at('pipe.onnx'), at('pipe.zip')]);
  }
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe('readRegularFile', () => {
  it('reads a file up to the given length, even through a link', async () => {
    expect(Buffer.from(await readRegularFile(at('file'), 4)).toString()).toBe('four');
    expect(Buffer.from(await readRegularFile(at('link'))).toString()).toBe('four');
    await expect(readRegularFile(at('file'), 3)).rejects.toThrow('the file has 4 bytes; expected at most 3');
    await expect(readRegularFile(at('none'))).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(readRegularFile(root)).rejects.toThrow('found a folder; expected a regular file');
  });

  it('refuses files of 2 GiB, which Node cannot read at once', async () => {
    await writeFile(at('huge.zip'), '');
    // A sparse file takes no space.
    await truncate(at('huge.zip'), 2 ** 31);
    for (const read of [readRegularFile, loadModel])
      await expect(read(at('huge.zip'))).rejects.toMatchObject({
        code: 'BUNDLE_FILE_INVALID',
        message: expect.stringContaining(
          'huge.zip: the file has 2147483648 bytes; expected at most 2147483647',
        ),
      });
  });

  // mkfifo and /dev/zero do not exist on Windows.
  it.runIf(process.platform !== 'win32')(
    'rejects pipes and devices at once, also in nodeFiles and loadModel',
    async () => {
      for (const path of [at('pipe'), '/dev/zero']) {
        await expect(readRegularFile(path), path).rejects.toMatchObject({ code: 'BUNDLE_FILE_INVALID' });
      }
      await expect(nodeFiles(root).read('pipe')).rejects.toThrow('found a pipe, a socket or a device');
      for (const name of ['pipe.onnx', 'pipe.zip', 'pipe']) {
        await expect(loadModel(at(name)), name).rejects.toThrow('expected a regular file');
      }
    },
  );
});
