import { expect, it } from 'vitest';
import { toPixels } from './to-pixels.ts';

const at = (...levels: readonly number[]) => Float32Array.from(levels, (level) => level / 127.5 - 1);

it('toPixels limits colours to alpha, image by image', () => {
  // Two images of two pixels, with the planes red, green, blue and alpha.
  const images = at(...[9, 200, 50, 51, 0, 255, 50, 255], ...[255, 1, 255, 2, 255, 3, 254, 0]);
  expect([...toPixels(images, { channels: 4, height: 1, width: 2 })]).toEqual([
    ...[9, 200, 50, 51, 0, 255, 50, 255],
    ...[254, 0, 254, 0, 254, 0, 254, 0],
  ]);
});

it('toPixels keeps images without alpha', () => {
  const values = [1, 2, 3, 250, 251, 252];
  expect([...toPixels(at(...values), { channels: 3, height: 1, width: 2 })]).toEqual(values);
});
