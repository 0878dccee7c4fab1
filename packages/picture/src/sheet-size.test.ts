import { describe, expect, it } from 'vitest';
import { encodeGif } from './gif.ts';
import { requirePictureFits } from './picture-limits.ts';
import { isSheetSize, sheetSize } from './sheet-size.ts';

describe('sheetSize', () => {
  it('returns the size of the sheet', () => {
    expect(sheetSize([16, 1, 28, 28], { scale: 2 })).toEqual({
      columns: 4,
      gap: 2,
      scale: 2,
      background: 0,
      backdrop: 'checkerboard',
      width: 4 * 58 + 2,
      height: 4 * 58 + 2,
    });
  });

  it.each([
    [
      'a side that GIF cannot store',
      [16, 1, 28, 28],
      { columns: 1200, scale: 2 },
      '69,602 × 60 pixels; expected at most 65,535 pixels per side',
    ],
    [
      'more pixels than a canvas can hold',
      [64, 3, 1024, 1024],
      { scale: 3 },
      '24,594 × 24,594 pixels; expected at most 268,435,456 pixels',
    ],
  ] as const)('refuses %s', (_what, shape, options, message) => {
    expect(() => sheetSize(shape, options)).toThrow(expect.objectContaining({ code: 'PICTURE_TOO_LARGE' }));
    expect(() => sheetSize(shape, options)).toThrow(message);
  });

  it('refuses columns and scales above the limit, and NaN', () => {
    for (const options of [
      { columns: 5000 },
      { scale: 100_000 },
      { columns: Number.NaN },
      { scale: 0 },
      { gap: -1 },
    ]) {
      expect(() => sheetSize([1, 1, 1, 1], options)).toThrow(
        expect.objectContaining({ code: 'PICTURE_OPTION' }),
      );
    }
  });
});

describe('isSheetSize', () => {
  it.each([
    [1, {}],
    [5, {}],
    [5, { columns: 1 }],
    [5, { columns: 5, scale: 3 }],
    [5, { columns: 9 }],
    [30, { columns: 4, scale: 2 }],
  ])('recognizes a sheet of %i images with the options %j', (count, options) => {
    const shape = [count, 3, 20, 28] as const;
    expect(isSheetSize(shape, sheetSize(shape, options))).toBe(true);
  });

  it.each([
    ['a single image', 1, 28, 20],
    ['an enlarged image', 1, 56, 40],
    ['a resized image', 1, 100, 100],
    ['an image from a sheet', 30, 28, 20],
    ['an image from a sheet, with its border', 30, 32, 24],
    ['the first row of a sheet of several rows', 30, 6 * 30 + 2, 24],
    ['a sheet that lacks a pixel', 30, 6 * 30 + 1, 5 * 22 + 2],
    ['an atlas, which has no borders', 30, 6 * 28, 5 * 20],
  ])('does not recognize %s', (_what, count, width, height) => {
    expect(isSheetSize([count, 3, 20, 28], { width, height })).toBe(false);
  });
});

describe('animations', () => {
  it('are refused if all frames together exceed the limit', () => {
    requirePictureFits('it has', 3000, 3000, 100);
    expect(() => requirePictureFits('it has', 3300, 3300, 100)).toThrow(
      'it has 3,300 × 3,300 pixels, 100 frames; expected at most 1,073,741,824 pixels in all frames.',
    );
    const wide = { width: 65_536, height: 1, channels: 1, data: new Uint8Array(65_536) } as const;
    expect(() => encodeGif([wide])).toThrow(expect.objectContaining({ code: 'PICTURE_TOO_LARGE' }));
  });
});
