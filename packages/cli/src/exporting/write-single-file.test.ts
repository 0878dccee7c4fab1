import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { checkSingleFile } from './write-single-file.ts';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'isonoise-single-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

it.each(['model/unet/model.onnx', 'model/one.onnx', 'other/../model/one.onnx', 'link/model/one.onnx'])(
  'checkSingleFile refuses %s before the folder of --out exists',
  async (file) => {
    await symlink(root, join(root, 'link'));
    const flags = { out: join(root, 'model'), singleFile: `${root}/${file}`, force: true };
    await expect(checkSingleFile(join(root, 'source'), flags)).rejects.toMatchObject({ code: 'CLI_USAGE' });
    await expect(checkSingleFile(join(root, 'source'), flags)).rejects.toThrow(
      `is inside the folder ${flags.out}, which this command writes;`,
    );
  },
);

it('checkSingleFile refuses the folder of --out and the folders around it', async () => {
  const check = (out: string): Promise<void> =>
    checkSingleFile(join(root, 'source'), {
      out: join(root, out),
      singleFile: join(root, 'one'),
      force: true,
    });
  await expect(check('one')).rejects.toThrow(`is inside the folder ${join(root, 'one')}, `);
  await expect(check('one/model')).rejects.toThrow(`contains the folder ${join(root, 'one', 'model')}, `);
  await check('model');
});
