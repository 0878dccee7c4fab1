import { expect, it } from 'vitest';
import { shrinkImage } from './shrink-image.ts';

it('shrinkImage averages each square of each plane', () => {
  const planes = Uint8Array.of(...[0, 10, 20, 30], ...[2, 12, 22, 32], ...[8, 8, 8, 8], ...[9, 9, 9, 9]); // [2, 2, 4]
  // 24 / 4 and 104 / 4; 8.5 rounds up.
  expect([...shrinkImage(planes, [2, 2, 4], 2)]).toEqual([6, 26, 9, 9]);
});

it('shrinkImage averages partial squares at the edges', () => {
  const image = Uint8Array.of(...[0, 4, 50], ...[4, 8, 70], ...[100, 120, 255]); // [1, 3, 3]
  expect([...shrinkImage(image, [1, 3, 3], 2)]).toEqual([4, 60, 110, 255]);
});

it('shrinkImage returns the same array if shrink is 1', () => {
  const image = Uint8Array.of(1, 2, 3, 4);
  expect(shrinkImage(image, [1, 2, 2], 1)).toBe(image);
});
