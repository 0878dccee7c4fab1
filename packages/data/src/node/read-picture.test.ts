import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readPicture } from './read-picture.ts';

let folder = '';
const at = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'isonoise-picture-'));
  const raw = { width: 4, height: 2, channels: 1 } as const;
  await sharp(Uint8Array.of(0, 10, 20, 30, 0, 10, 20, 30), { raw })
    .png()
    .toFile(at('grey.png'));
  await writeFile(at('text.png'), 'no picture');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('readPicture keeps the bytes of a picture that already has the given size', async () => {
  const { pixels, original, cut } = await readPicture(at('grey.png'), 1, { width: 4, height: 2 });
  expect([...pixels]).toEqual([0, 10, 20, 30, 0, 10, 20, 30]);
  expect([original, cut]).toEqual([{ width: 4, height: 2 }, 0]);
});

it('readPicture crops a wide picture to its middle, and converts grey to three channels', async () => {
  const { pixels, size, cut } = await readPicture(at('grey.png'), 3, { width: 2, height: 2 });
  expect(size).toEqual({ width: 2, height: 2 });
  expect([...pixels]).toEqual([10, 20, 10, 20, 10, 20, 10, 20, 10, 20, 10, 20]);
  expect(cut).toBe(0.5);
});

it('readPicture refuses and reports files that are not pictures', async () => {
  const size = { width: 2, height: 2 };
  await expect(readPicture(at('text.png'), 1, size)).rejects.toMatchObject({ code: 'DATA_FORMAT' });
  await expect(readPicture(at('none.png'), 1, size)).rejects.toThrow('none.png');
});
