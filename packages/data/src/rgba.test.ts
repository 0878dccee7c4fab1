import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { planarOf } from './rgba.ts';

/** Number of opaque colours, spread over the RGB cube. */
const COUNT = 4096;
const rgba = Uint8ClampedArray.from({ length: 4 * COUNT }, (_, i) =>
  i % 4 === 3 ? 255 : (Math.imul(i, 2654435761) >>> 16) & 255,
);

describe('planarOf', () => {
  it('separates the planes of colours', () => {
    expect([...planarOf(Uint8ClampedArray.of(1, 2, 3, 255, 4, 5, 6, 255), 3)]).toEqual([1, 4, 2, 5, 3, 6]);
  });

  it('computes the same grey as sharp up to one level, because libvips rounds intermediate values', async () => {
    const raw = { width: 64, height: 64, channels: 4 } as const;
    const expected = await sharp(Buffer.from(rgba), { raw })
      .removeAlpha()
      .toColourspace('b-w')
      .raw({ depth: 'uchar' })
      .toBuffer();
    const got = planarOf(rgba, 1);
    expect(expected.length).toBe(COUNT);
    expect(Math.max(...got.map((value, i) => Math.abs(value - (expected[i] as number))))).toBeLessThanOrEqual(
      1,
    );
  });

  it('keeps grey unchanged', () => {
    const greys = Uint8ClampedArray.from({ length: 1024 }, (_, i) => (i % 4 === 3 ? 255 : i >> 2));
    expect([...planarOf(greys, 1)]).toEqual(Array.from({ length: 256 }, (_, i) => i));
  });
});
