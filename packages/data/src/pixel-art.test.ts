import { describe, expect, it } from 'vitest';
import { isPixelArt } from './pixel-art.ts';
import { type Raster, resample } from './raster.ts';

const side = 16;
/** A symmetric face of four colours on a transparent background. */
const face: Raster = {
  width: side,
  height: side,
  channels: 4,
  data: Uint8Array.from(
    Array.from({ length: side * side }, (_, i) => {
      const [x, y] = [Math.abs((i % side) - 7.5), Math.floor(i / side)];
      const distance = Math.hypot(x, y - 7.5);
      if (distance > 7) return [0, 0, 0, 0];
      if (distance > 6) return [40, 20, 60, 255];
      if (y === 6 && x > 2 && x < 4) return [0, 0, 0, 255];
      return y > 10 ? [200, 120, 60, 255] : [250, 190, 90, 255];
    }).flat(),
  ),
};

/** Draws a disc with antialiased edges in an image of the given size. */
function disc(size: number): Raster {
  const data = new Uint8Array(size * size).fill(255);
  for (let i = 0; i < data.length; i++) {
    const distance = Math.hypot((i % size) - size / 2 + 0.5, Math.floor(i / size) - size / 2 + 0.5);
    data[i] = Math.round(255 * Math.min(1, Math.max(0, distance - size / 3 + 0.5)));
  }
  return { width: size, height: size, channels: 1, data };
}

describe('isPixelArt', () => {
  it('is true for few colours with hard edges, even if the drawing is enlarged by a whole factor', () => {
    expect(isPixelArt(face)).toBe(true);
    expect(isPixelArt(resample(face, { width: 160, height: 160 }, 'nearest'))).toBe(true);
  });

  it('is false after smooth scaling', () => {
    expect(isPixelArt(resample(face, { width: 24, height: 24 }, 'area'))).toBe(false);
    expect(isPixelArt(resample(face, { width: 40, height: 40 }, 'area'))).toBe(false);
  });

  it.each([16, 24, 32, 64])('is false for a disc of %i pixels with antialiased edges', (size) => {
    expect(isPixelArt(disc(size))).toBe(false);
  });

  it('is false for a large drawing in two colours', () => {
    const drawing = disc(400);
    expect(isPixelArt({ ...drawing, data: drawing.data.map((value) => (value < 128 ? 0 : 255)) })).toBe(
      false,
    );
  });
});
