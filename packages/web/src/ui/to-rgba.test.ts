import { expect, it } from 'vitest';
import { toRgba } from './to-rgba.ts';

it('toRgba repeats grey samples and interleaves colour planes', () => {
  expect([...toRgba(Uint8Array.of(0, 200), 1)]).toEqual([0, 0, 0, 255, 200, 200, 200, 255]);
  // The colours are premultiplied by alpha: with alpha 128, 64 becomes 64 / 128 · 255 = 127.5, rounded to 128.
  expect([...toRgba(Uint8Array.of(64, 0, 128, 128), 4)]).toEqual([128, 0, 255, 128]);
  expect([...toRgba(Uint8Array.of(1, 2, 3, 4, 5, 6), 3)]).toEqual([1, 3, 5, 255, 2, 4, 6, 255]);
});
