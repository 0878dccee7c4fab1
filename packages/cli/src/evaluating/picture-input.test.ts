import { expect, it } from 'vitest';
import { toPictures } from './picture-input.ts';

const square = (side: number) => ({ height: side, width: side });

it('toPictures keeps the pixels of images that already have the right size, and adds an opaque alpha channel', () => {
  const images = Float32Array.from({ length: 2 * 3 * 4 }, (_, i) => i / 24);
  const pictures = toPictures(images, { channels: 3, ...square(2) }, square(2));
  expect(pictures.slice(0, 16)).toEqual(Float32Array.of(...images.slice(0, 12), 1, 1, 1, 1));
  expect(pictures.slice(16)).toEqual(Float32Array.of(...images.slice(12), 1, 1, 1, 1));
});

it('toPictures repeats grey in three channels, and keeps an existing alpha channel', () => {
  const grey = toPictures(
    Float32Array.of(-1, 0.5),
    { channels: 1, height: 1, width: 2 },
    { height: 1, width: 2 },
  );
  expect([...grey]).toEqual([-1, 0.5, -1, 0.5, -1, 0.5, 1, 1]);
  const clear = Float32Array.of(-1, -0.5, 0, 0.25);
  expect(toPictures(clear, { channels: 4, ...square(1) }, square(1))).toEqual(clear);
});

it('toPictures reduces images by a weighted mean of the covered pixels', () => {
  // For a reduction from 4 pixels to 2, the triangle filter at 0.5 has the weights 3/4, 3/4, 1/4 at 0, 1, 2.
  const row = toPictures(
    Float32Array.of(0, 0.7, 1, -1),
    { channels: 1, height: 1, width: 4 },
    { height: 1, width: 2 },
  );
  expect(row[0]).toBeCloseTo((0.75 * 0 + 0.75 * 0.7 + 0.25 * 1) / 1.75, 6);
  expect(row[1]).toBeCloseTo((0.25 * 0.7 + 0.75 * 1 - 0.75 * 1) / 1.75, 6);
});

it('toPictures repeats pixels if the factor of an enlargement is a whole number, and otherwise interpolates linearly', () => {
  const wide = (side: number) =>
    toPictures(Float32Array.of(0, 1), { channels: 1, height: 1, width: 2 }, { height: 1, width: side }).slice(
      0,
      side,
    );
  expect([...wide(4)]).toEqual([0, 0, 1, 1]);
  // The centres of three pixels are at 1/6, 1/2 and 5/6 of the width. The centres of two pixels are at 1/4
  // and 3/4.
  expect([...wide(3)].map((value) => value.toFixed(6))).toEqual(['0.000000', '0.500000', '1.000000']);
});

it('toPictures keeps a uniform colour', () => {
  const plain = toPictures(
    new Float32Array(3 * 48 * 48).fill(0.3),
    { channels: 3, ...square(48) },
    square(32),
  );
  // The weights of each pixel add up to 1, apart from float64 rounding.
  for (const value of plain.subarray(0, 3 * 1024)) expect(value).toBeCloseTo(0.3, 6);
});
