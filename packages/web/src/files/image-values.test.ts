import { contactSheet, type Picture, toBytes } from '@isonoise/picture';
import { expect, it } from 'vitest';
import { imageValues, type Rgba, sheetRegions } from './image-values.ts';

function rgbaOf({ width, height, channels, data }: Picture): Rgba {
  const rgba = new Uint8ClampedArray(4 * width * height).fill(255);
  for (let i = 0; i < width * height; i++)
    for (let c = 0; c < 3; c++) rgba[4 * i + c] = data[channels === 1 ? i : 3 * i + c] as number;
  return { width, height, data: rgba };
}

it('sheetRegions and imageValues recover the images of a contact sheet', () => {
  for (const channels of [1, 3]) {
    const size = channels * 4 * 6;
    const images = Float32Array.from({ length: 5 * size }, (_, i) => Math.sin(i));
    const sheet = rgbaOf(contactSheet(images, [5, channels, 4, 6], { scale: 2, columns: 3 }));
    const regions = sheetRegions(sheet, { height: 4, width: 6 }, 2);
    // Two rows of three places; the last place is empty.
    expect(regions).toHaveLength(6);
    regions.slice(0, 5).forEach((region, n) => {
      const found = imageValues(sheet, region, channels);
      expect(toBytes(found)).toEqual(toBytes(images.subarray(n * size, (n + 1) * size)));
    });
  }
});

it('imageValues multiplies colours by alpha', () => {
  const picture = { width: 1, height: 1, data: Uint8ClampedArray.of(255, 100, 0, 128) };
  const region = { left: 0, top: 0, width: 1, height: 1, scale: 1 };
  // 100·128/255 = 50.2
  expect([...toBytes(imageValues(picture, region, 4))]).toEqual([128, 50, 0, 128]);
});

it('sheetRegions is empty if the picture is not a contact sheet', () => {
  expect(sheetRegions({ width: 100, height: 58 }, { height: 28, width: 28 }, 2)).toEqual([]);
});
