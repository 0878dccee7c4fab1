import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readOptionFile } from './read-option-file.ts';

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'isonoise-option-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const read = (path: string, mostBytes?: number) =>
  readOptionFile({
    path,
    name: `--names ${path}`,
    expected: 'a list of names',
    ...(mostBytes && { mostBytes }),
  });

it('readOptionFile returns the bytes of the file', async () => {
  await writeFile(join(root, 'names.txt'), 'a\nb\n');
  expect(Buffer.from(await read(join(root, 'names.txt'))).toString()).toBe('a\nb\n');
});

it('readOptionFile states once what was expected and what to do', async () => {
  await expect(read(root)).rejects.toMatchObject({
    code: 'CLI_USAGE',
    message: `--names ${root}: found a folder; expected a regular file. Check the path.`,
  });
  await expect(read(join(root, 'names.txt'), 2)).rejects.toThrow(
    /names\.txt: the file has 4 bytes; expected at most 2\. Check that this is the right file\.$/,
  );
  await expect(read(join(root, 'none'))).rejects.toThrow(
    /^--names .*none: cannot be read \(ENOENT: .*\); expected a list of names\. Check the path\.$/,
  );
});
