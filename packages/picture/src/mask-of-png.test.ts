import { expect, it } from 'vitest';
import { maskOfPng } from './mask-of-png.ts';

it.each([
  ['pure colours', 3, [0, 255, 0, 255, 255, 0, 255, 0, 0, 127, 128, 129], [0, 1, 0, 1]],
  ['half-transparent greys', 2, [200, 150, 255, 200, 192, 170, 190, 170], [0, 1, 1, 0]],
  ['grey', 1, [127, 128, 255, 0], [0, 1, 1, 0]],
  ['grey with alpha', 2, [255, 127, 255, 128, 127, 255, 128, 255], [0, 1, 0, 1]],
  ['colours', 3, [255, 128, 0, 255, 129, 0, 0, 0, 0, 255, 255, 255], [0, 1, 0, 1]],
  [
    'colours with alpha',
    4,
    [255, 255, 255, 0, 255, 255, 255, 255, 0, 0, 0, 255, 128, 128, 128, 128],
    [0, 1, 0, 0],
  ],
] as const)('maskOfPng marks opaque, light pixels in pictures of %s', (_what, channels, data, mask) => {
  const png = { width: 2, height: 2, channels, data: Uint8Array.from(data) };
  expect([...maskOfPng(png)]).toEqual(mask);
});
