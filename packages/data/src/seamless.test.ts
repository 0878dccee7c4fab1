import { describe, expect, it } from 'vitest';
import type { Raster } from './raster.ts';
import { closeEdges, sizeWithOverlap } from './seamless.ts';

/** Draws waves whose wavelength does not divide a side of 16 pixels. */
function waves(width: number, height: number, channels: 1 | 3 = 1): Raster {
  const data = Uint8Array.from({ length: width * height * channels }, (_, i) => {
    const [x, y] = [Math.floor(i / channels) % width, Math.floor(i / channels / width)];
    return Math.round(128 + 60 * Math.sin(x / 1.7 + (i % channels)) + 60 * Math.sin(y / 2.3 + x / 9));
  });
  return { width, height, channels, data };
}

/**
 * Returns the mean difference between pixels across the edges of a repeated image, divided by the mean difference
 * between neighbours inside it.
 */
function seamOf({ width, height, channels, data }: Raster): number {
  const [edge, inside]: [number[], number[]] = [[], []];
  const add = (isEdge: boolean, a: number, b: number): void => {
    for (let c = 0; c < channels; c++)
      (isEdge ? edge : inside).push(
        Math.abs((data[a * channels + c] as number) - (data[b * channels + c] as number)),
      );
  };
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      add(x === width - 1, y * width + x, y * width + ((x + 1) % width));
      add(y === height - 1, y * width + x, ((y + 1) % height) * width + x);
    }
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  return mean(edge) / mean(inside);
}

/** Returns the upper left part of a picture. */
function corner({ width, channels, data }: Raster, side: number): Raster {
  const out = Uint8Array.from(
    { length: side * side * channels },
    (_, i) => data[Math.floor(i / (side * channels)) * width * channels + (i % (side * channels))] as number,
  );
  return { width: side, height: side, channels, data: out };
}

describe('closeEdges', () => {
  it.each([1, 3] as const)(
    'makes opposite edges as similar as neighbouring pixels inside, with %i channels',
    (channels) => {
      const part = waves(20, 20, channels);
      const closed = closeEdges(part, { width: 16, height: 16 });
      expect(closed).toMatchObject({ width: 16, height: 16, channels });
      expect(seamOf(corner(part, 16))).toBeGreaterThan(1.4);
      // The wavelength does not fit, so the edges cannot match exactly.
      expect(seamOf(closed)).toBeLessThan(1.25);
    },
  );

  it('keeps a texture whose period is the size of the image', () => {
    const data = Uint8Array.from({ length: 100 }, (_, i) => ((i % 10) % 8) * 30 + (Math.floor(i / 10) % 8));
    const closed = closeEdges({ width: 10, height: 10, channels: 1, data }, { width: 8, height: 8 });
    expect([...closed.data]).toEqual(Array.from({ length: 64 }, (_, i) => (i % 8) * 30 + Math.floor(i / 8)));
  });

  it('uses only pixels of the part, and does not move pixels outside the strips', () => {
    const part = waves(20, 15);
    const closed = closeEdges(part, { width: 16, height: 12 });
    const known = new Set(part.data);
    expect([...closed.data].every((value) => known.has(value))).toBe(true);
    for (let y = 3; y < 12; y++)
      expect([...closed.data.subarray(y * 16 + 4, y * 16 + 16)]).toEqual([
        ...part.data.subarray(y * 20 + 4, y * 20 + 16),
      ]);
  });
});

it('sizeWithOverlap adds a quarter of each side, and at least one pixel', () => {
  expect(sizeWithOverlap({ width: 64, height: 32 })).toEqual({ width: 80, height: 40 });
  expect(sizeWithOverlap({ width: 1, height: 2 })).toEqual({ width: 2, height: 3 });
});
