import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { nodeSourceFile, nodeSourceFolder } from './node-source.ts';

let root = '';
const at = (...parts: string[]): string => join(root, ...parts);

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'isonoise-source-'));
  await mkdir(at('unet'));
  await mkdir(at('deep', 'er'), { recursive: true });
  await writeFile(at('unet', 'config.json'), '{"a": 1}');
  await writeFile(at('deep', 'er', 'x.bin'), 'x');
});
afterAll(() => rm(root, { recursive: true, force: true }));

it('nodeSourceFolder lists only files in the known folders, and follows links', async () => {
  await symlink(at('unet', 'config.json'), at('config.json'));
  await symlink(at('nothing'), at('unet', 'broken.bin'));
  await mkdir(at('unet', 'weights.safetensors'));
  if (process.platform !== 'win32') execFileSync('mkfifo', [at('unet', 'pipe.bin')]);
  const folder = nodeSourceFolder(root);
  expect([...(await folder.list())].sort()).toEqual(['config.json', 'unet/config.json']);
  const file = await folder.open('config.json');
  expect(new TextDecoder().decode(await file.read(0, 8))).toBe('{"a": 1}');
});

it('nodeSourceFile refuses a pipe and a device without reading them', async () => {
  const kinds = process.platform === 'win32' ? [] : [at('unet', 'pipe.bin'), '/dev/zero'];
  for (const path of [...kinds, at('unet')])
    await expect(nodeSourceFile(path)).rejects.toMatchObject({
      code: 'CLI_UNKNOWN_FILE',
      message: `import-model: ${path} is not a regular file; expected a file. Check the path.`,
    });
});

it('nodeSourceFile returns fewer bytes if the file has been truncated after it was opened', async () => {
  await writeFile(at('shrinking.bin'), Buffer.alloc(100, 7));
  const file = await nodeSourceFile(at('shrinking.bin'));
  await truncate(at('shrinking.bin'), 10);
  expect([file.size, await file.read(0, 100)]).toEqual([100, new Uint8Array(10).fill(7)]);
});
