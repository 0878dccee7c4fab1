import { contactSheet, toBytes } from '@isonoise/picture';
import { expect, it } from 'vitest';
import { imageValues, sheetRegions } from '../files/image-values.ts';
import { clearCheckers } from './clear-checkers.ts';

it('clearCheckers restores opaque and transparent pixels of a sheet, with its colours', () => {
  const [width, height] = [12, 8];
  const plane = width * height;
  // [2, C, H, W], transparent on the left; the colours of the right half differ from the greys of the sheet.
  const image = (colours: readonly number[]): number[] =>
    [...colours, 1].flatMap((value) =>
      Array.from({ length: plane }, (_, i) => (i % width < width / 2 ? -1 : value)),
    );
  const images = Float32Array.from([...image([0.2, -1, 1]), ...image([-1, -1, -1])]);
  const shape = [2, 4, height, width] as const;
  const { data, ...size } = contactSheet(images, shape, { scale: 2, columns: 2 });
  const rgba = new Uint8ClampedArray(4 * size.width * size.height);
  for (let i = 0; i < rgba.length / 4; i++) rgba.set([...data.subarray(3 * i, 3 * i + 3), 255], 4 * i);
  const sheet = { width: size.width, height: size.height, data: rgba };
  const found = sheetRegions(sheet, { width, height }, 2).map((region) =>
    imageValues(clearCheckers(sheet, region), { left: 0, top: 0, width, height, scale: 1 }, 4),
  );
  expect(found.map((values) => [...toBytes(values)])).toEqual(
    [0, 1].map((n) => [...toBytes(images.subarray(4 * n * plane, 4 * (n + 1) * plane))]),
  );
});

it('clearCheckers accepts small differences from the checkerboard', () => {
  const sheet = { width: 2, height: 1, data: Uint8ClampedArray.of(230, 220, 224, 255, 240, 224, 224, 255) };
  const { data } = clearCheckers(sheet, { left: 0, top: 0, width: 2, height: 1, scale: 1 });
  expect([...data]).toEqual([0, 0, 0, 0, 240, 224, 224, 255]);
});
