import { describe, expect, it } from 'vitest';
import { gridLayout } from './grid-layout.ts';

/** Largest canvas of Safari on iOS: https://pqina.nl/blog/canvas-area-exceeds-the-maximum-limit */
const IOS_PIXELS = 16_777_216;

describe('gridLayout', () => {
  it('lays images out at full size, in a square or in the given columns', () => {
    // A gap is 0.006 of a row: 0.006 · 5 · 28 = 0.84, at least one pixel.
    expect(gridLayout([20, 1, 28, 28])).toEqual({
      columns: 5,
      shrink: 1,
      cell: { width: 28, height: 28 },
      gap: 1,
      width: 5 * 29 - 1,
      height: 4 * 29 - 1,
    });
    expect(gridLayout([20, 3, 6, 8], 10)).toMatchObject({
      columns: 10,
      width: 10 * 9 - 1,
      height: 2 * 7 - 1,
    });
    expect(gridLayout([1, 1, 28, 28])).toMatchObject({ width: 28, height: 28 });
  });

  it('halves 1024 images of 128 × 128, which exceed the largest canvas of a phone', () => {
    // Full size: 32 · 128 pixels and 31 gaps of 25 are 4871 per side, 23.7 million in total.
    expect(gridLayout([1024, 3, 128, 128])).toEqual({
      columns: 32,
      shrink: 2,
      cell: { width: 64, height: 64 },
      gap: 12,
      width: 32 * 76 - 12,
      height: 32 * 76 - 12,
    });
  });

  it('keeps images that just fit at full size', () => {
    // 0.006 · 26 · 128 = 20 pixels: 26 · 148 − 20 = 3828 per side. 28 images with gaps of 22: 4178.
    expect(gridLayout([26 * 26, 1, 128, 128])).toMatchObject({ shrink: 1, width: 3828, height: 3828 });
    expect(gridLayout([28 * 28, 1, 128, 128]).shrink).toBe(2);
  });

  it('fits any request into the limits, and shrinks no more than necessary', () => {
    for (const size of [8, 28, 64, 100, 128, 256, 500, 1024]) {
      for (const count of [1, 20, 100, 1000, 1024]) {
        for (const columns of [1, 3, 10, 32, count]) {
          const { shrink, cell, gap, width, height } = gridLayout([count, 3, size, size], columns);
          const rows = Math.ceil(count / columns);
          expect(width * height).toBeLessThanOrEqual(IOS_PIXELS);
          expect(Math.max(width, height)).toBeLessThanOrEqual(32_767);
          expect(gap).toBeGreaterThanOrEqual(1);
          expect([width, height]).toEqual([
            columns * (cell.width + gap) - gap,
            rows * (cell.height + gap) - gap,
          ]);
          if (shrink === 1) continue;
          const larger = Math.ceil(size / (shrink - 1));
          const room = Math.max(1, Math.round(0.006 * columns * larger));
          const [wide, high] = [columns, rows].map((n) => n * (larger + room) - room) as [number, number];
          expect(wide * high > IOS_PIXELS || Math.max(wide, high) > 32_767).toBe(true);
        }
      }
    }
    expect(gridLayout([9000, 1, 64, 64], 1).cell.width).toBeGreaterThanOrEqual(1);
  });
});
