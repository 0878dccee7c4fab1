import { contactSheet, type Picture, sheetLook, toBytes } from '@isonoise/picture';
import { expect, it } from 'vitest';
import type { Rgba } from '../files/image-values.ts';
import { imagesOf } from './sample-sheet.ts';

function rgbaOf({ width, height, channels, data }: Picture): Rgba {
  const rgba = new Uint8ClampedArray(4 * width * height).fill(255);
  for (let i = 0; i < width * height; i++)
    for (let c = 0; c < 3; c++) rgba[4 * i + c] = data[channels === 1 ? i : 3 * i + c] as number;
  return { width, height, data: rgba };
}

it.each([1, 3])(
  'imagesOf recovers the images of a sheet with %i channel(s), without the empty places',
  (channels) => {
    const shape = [5, channels, 28, 28] as const;
    const images = Float32Array.from({ length: 5 * channels * 28 * 28 }, (_, i) => Math.sin(i));
    const sheet = rgbaOf(contactSheet(images, shape, { columns: 3, ...sheetLook(shape) }));
    expect(imagesOf(sheet, { height: 28, width: 28 }, channels)).toEqual({ bytes: toBytes(images), shape });
  },
);

it('imagesOf returns null for a picture that is empty or is not a sheet of the model', () => {
  const image = { height: 28, width: 28 };
  const black = (width: number, height: number): Rgba => ({
    width,
    height,
    data: new Uint8ClampedArray(4 * width * height),
  });
  expect(imagesOf(black(100, 58), image, 1)).toBeNull();
  expect(imagesOf(black(60, 60), image, 1)).toBeNull();
});
