import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packAtlas } from '@isonoise/picture';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { requireAtlasJson } from './write-images.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'isonoise-atlas-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('requireAtlasJson accepts a new file, and a file that describes an earlier atlas', async () => {
  const atlas = join(folder, 'sprites.png');
  await requireAtlasJson(atlas);
  const { json } = packAtlas(new Float32Array(1), [1, 1, 1, 1], ['a.png'], 'sprites.png');
  await writeFile(join(folder, 'sprites.json'), json);
  await requireAtlasJson(atlas);
});

it.each(['{ "name": "game" }', 'null', 'not JSON'])(
  'requireAtlasJson refuses to replace a file that contains %s',
  async (text) => {
    await writeFile(join(folder, 'package.json'), text);
    await expect(requireAtlasJson(join(folder, 'package.png'))).rejects.toMatchObject({
      code: 'CLI_USAGE',
      message: expect.stringContaining('package.json, which exists and does not describe an atlas'),
    });
  },
);
