import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { planarOf, squareCut } from './rgba.ts';

/** Colours all over the cube, opaque. */
const COUNT = 4096;
const rgba = Uint8ClampedArray.from({ length: 4 * COUNT }, (_, i) =>
  i % 4 === 3 ? 255 : (Math.imul(i, 2654435761) >>> 16) & 255,
);

describe('planarOf', () => {
  it('gathers the planes of colours', () => {
    expect([...planarOf(Uint8ClampedArray.of(1, 2, 3, 255, 4, 5, 6, 255), 3)]).toEqual([1, 4, 2, 5, 3, 6]);
  });

  it('makes the grey that sharp makes, within a level: libvips rounds on the way', async () => {
    const raw = { width: 64, height: 64, channels: 4 } as const;
    const wanted = await sharp(Buffer.from(rgba), { raw })
      .removeAlpha()
      .toColourspace('b-w')
      .raw({ depth: 'uchar' })
      .toBuffer();
    const got = planarOf(rgba, 1);
    expect(wanted.length).toBe(COUNT);
    expect(Math.max(...got.map((value, i) => Math.abs(value - (wanted[i] as number))))).toBeLessThanOrEqual(
      1,
    );
  });

  it('leaves grey as it is', () => {
    const greys = Uint8ClampedArray.from({ length: 1024 }, (_, i) => (i % 4 === 3 ? 255 : i >> 2));
    expect([...planarOf(greys, 1)]).toEqual(Array.from({ length: 256 }, (_, i) => i));
  });
});

it('cuts the middle out', () => {
  expect(squareCut(30, 20)).toEqual({ left: 5, top: 0, side: 20 });
  expect(squareCut(20, 31)).toEqual({ left: 0, top: 5.5, side: 20 });
});
