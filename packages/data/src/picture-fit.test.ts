import { describe, expect, it } from 'vitest';
import { cutShare, fitRaster, hasBars, placement } from './picture-fit.ts';
import type { Raster } from './raster.ts';

const wide = { width: 64, height: 16 };
const square = { width: 16, height: 16 };

describe('placement', () => {
  it.each([
    ['cover', { left: 24, top: 0, width: 16, height: 16 }, { left: 0, top: 0, width: 16, height: 16 }, 0.75],
    ['contain', { left: 0, top: 0, width: 64, height: 16 }, { left: 0, top: 6, width: 16, height: 4 }, 0],
    ['stretch', { left: 0, top: 0, width: 64, height: 16 }, { left: 0, top: 0, width: 16, height: 16 }, 0],
  ] as const)('by %s puts the correct part of a banner into a square', (fit, from, to, cut) => {
    const found = placement(wide, square, fit);
    expect(found).toEqual({ from, to });
    expect(cutShare(wide, found)).toBe(cut);
  });

  it.each(['cover', 'contain', 'stretch'] as const)('by %s reads sizes that are getters', (fit) => {
    // The sizes of ImageBitmap and OffscreenCanvas in browsers are getters, too.
    class Bitmap {
      get width(): number {
        return wide.width;
      }
      get height(): number {
        return wide.height;
      }
    }
    expect(placement(new Bitmap(), square, fit)).toEqual(placement(wide, square, fit));
  });

  it('by contain keeps at least one row of a very wide image, and puts the larger bar below', () => {
    expect(placement({ width: 1000, height: 1 }, square, 'contain').to).toEqual({
      left: 0,
      top: 7,
      width: 16,
      height: 1,
    });
  });

  it('by cover may take a part whose edges are between pixels', () => {
    expect(placement({ width: 5, height: 2 }, { width: 4, height: 4 }, 'cover').from).toEqual({
      left: 1.5,
      top: 0,
      width: 2,
      height: 2,
    });
  });
});

describe('fitRaster', () => {
  it('fills the bars of contain with the background', () => {
    const image: Raster = { width: 2, height: 1, channels: 3, data: Uint8Array.of(1, 2, 3, 4, 5, 6) };
    const fitted = fitRaster(image, { width: 2, height: 3 }, 'contain', 'nearest', [7, 8, 9]);
    expect([...fitted.data]).toEqual([7, 8, 9, 7, 8, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 7, 8, 9]);
  });
});

it('hasBars is true only if contain does not fill the result', () => {
  expect(hasBars(wide, square, 'contain')).toBe(true);
  expect(hasBars({ width: 64, height: 64 }, square, 'contain')).toBe(false);
  expect([hasBars(wide, square, 'cover'), hasBars(wide, square, 'stretch')]).toEqual([false, false]);
});
