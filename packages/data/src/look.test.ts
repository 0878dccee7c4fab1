import { describe, expect, it } from 'vitest';
import type { Dataset } from './dataset.ts';
import { lookOf } from './look.ts';

const set = (channels: number, width: number, ...pixels: readonly number[]): Dataset => ({
  name: 'a',
  count: 1,
  shape: { channels, height: pixels.length / channels / width, width },
  pixels: Uint8Array.from(pixels),
});

describe('lookOf', () => {
  it('lists the colours, with the most common colour first', () => {
    const red = [200, 200, 9, 9, 9];
    expect(lookOf(set(3, 5, ...red, ...red, 1, 1, 2, 2, 2)).palette).toEqual([
      [9, 9, 2, 255],
      [200, 200, 1, 255],
    ]);
    expect(lookOf(set(1, 2, 7, 7)).palette).toEqual([[7, 7, 7, 255]]);
  });

  it('converts premultiplied colours to straight colours', () => {
    // A half-transparent red pixel and a transparent pixel.
    expect(lookOf(set(4, 2, 128, 0, 0, 0, 0, 0, 128, 0)).palette).toEqual([
      [0, 0, 0, 0],
      [255, 0, 0, 128],
    ]);
  });

  it('returns null instead of a palette for more than 256 colours', () => {
    const values = Array.from({ length: 257 }, (_, i) => i % 256);
    expect(lookOf(set(1, 257, ...values)).palette).toHaveLength(256);
    const blue = Array(257).fill(0).with(256, 1);
    expect(lookOf(set(3, 257, ...values, ...values, ...blue))).toMatchObject({ palette: null, colours: 257 });
  });

  it('counts at most 65,536 colours', () => {
    // Pixel i has the digits of i in base 256 as red, green and blue.
    const of = (width: number): number => {
      const pixels = Uint8Array.from(
        { length: 3 * width },
        (_, i) => (i % width) >> (8 * Math.floor(i / width)),
      );
      return lookOf({ name: 'a', count: 1, shape: { channels: 3, height: 1, width }, pixels }).colours;
    };
    expect([of(65_535), of(65_536), of(70_000)]).toEqual([65_535, 65_536, 65_536]);
  });

  it('measures the difference from the mirror image', () => {
    expect(lookOf(set(1, 3, 1, 2, 1)).asymmetry).toBe(0);
    // Two of three values differ by 255, which is 2 in the data range of the network.
    expect(lookOf(set(1, 3, 0, 9, 255)).asymmetry).toBeCloseTo(4 / 3, 12);
  });
});
