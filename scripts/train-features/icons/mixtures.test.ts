import { expect, it } from 'vitest';
import { PATCHES, SMEARS } from './mixtures.ts';

const shape = { channels: 4, height: 32, width: 32 };
const plane = 32 * 32;

/** Makes a picture whose upper half is 1, and whose lower half is −1. */
const halves = (): Float32Array =>
  Float32Array.from({ length: 4 * plane }, (_, i) => (i % plane < plane / 2 ? 1 : -1));

it('patches replace about the given share of a picture by its upside-down copy', () => {
  for (const share of [0.1, 0.4]) {
    const picture = halves();
    PATCHES.apply(picture, shape, share, 3);
    const before = halves();
    // The copy has the opposite value in each pixel.
    const replaced = picture.reduce((sum, value, i) => sum + Math.abs(value - (before[i] as number)) / 2, 0);
    expect(replaced / picture.length).toBeGreaterThan(0.5 * share);
    expect(replaced / picture.length).toBeLessThan(1.5 * share);
  }
});

it('smears blur a part of a picture', () => {
  const picture = halves();
  SMEARS.apply(picture, shape, 0.5, 3);
  const middle = picture.subarray(15 * 32, 16 * 32);
  // In the rows next to the edge, intact pixels are 1. Blurred pixels are between the halves.
  expect(middle.filter((value) => value > 0.99).length).toBeGreaterThan(3);
  expect(middle.filter((value) => value < 0.5).length).toBeGreaterThan(3);
  // Pixels far from the edge are the same in the blurred copy.
  expect(picture[0]).toBeCloseTo(1, 6);
});

it.each([PATCHES, SMEARS])('$name depend on the seed', (corruption) => {
  const changed = (seed: number): Float32Array => {
    const picture = halves();
    corruption.apply(picture, shape, 0.3, seed);
    return picture;
  };
  expect(changed(1)).toEqual(changed(1));
  expect(changed(2)).not.toEqual(changed(1));
});
