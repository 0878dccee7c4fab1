import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodePng, encodePng, maskOfPng } from '@isonoise/picture';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readMask } from './read-images.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'isonoise-masks-'));
});
afterAll(() => rm(folder, { recursive: true }));

it('readMask returns the same mask as the HTTP API for the same picture', async () => {
  const size = { width: 64, height: 64 };
  // All levels occur, and every fourth value is alpha.
  const data = Uint8Array.from({ length: 64 * 64 * 4 }, (_, i) => (i * 2_654_435_761) >>> 24);
  const png = encodePng({ ...size, channels: 4, data });
  const path = join(folder, 'mask.png');
  await writeFile(path, png);
  const { mask, original } = await readMask({ flag: '--mask', path }, { channels: 1, ...size }, {});
  expect(original).toEqual(size);
  expect(mask).toEqual(maskOfPng(decodePng(png, size)));
  const light = mask.reduce((sum, one) => sum + one, 0) / mask.length;
  expect(light).toBeGreaterThan(0.02);
  expect(light).toBeLessThan(0.5);
});
