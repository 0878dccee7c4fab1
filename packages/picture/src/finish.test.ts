import { expect, it } from 'vitest';
import { finishImages } from './finish.ts';
import { toBytes } from './to-bytes.ts';

const GREY = [1, 1, 1, 4] as const;

it('finishImages mirrors the left half, and then chooses colours', () => {
  const images = Float32Array.of(-0.9, 0.4, 0.9, 0.9);
  const palette = [
    [0, 0, 0, 255],
    [255, 255, 255, 255],
  ] as const;
  expect([...toBytes(finishImages(images, GREY, { mirror: true, palette }))]).toEqual([0, 255, 255, 0]);
  expect([...toBytes(finishImages(images, GREY, { mirror: false, palette }))]).toEqual([0, 255, 255, 255]);
  expect(finishImages(images, GREY, { mirror: false, palette: null })).toBe(images);
});

it('finishImages keeps transparent pixels if the palette has only opaque colours', () => {
  const clear = new Float32Array(4).fill(-1);
  const finished = finishImages(clear, [1, 4, 1, 1], { mirror: false, palette: [[255, 0, 0, 255]] });
  expect([...toBytes(finished)]).toEqual([0, 0, 0, 0]);
});
