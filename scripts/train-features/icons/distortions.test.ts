import { expect, it } from 'vitest';
import { BLOTCHES, HOLES, MOTTLE, WARP, WOBBLE } from './distortions.ts';

const shape = { channels: 4, height: 32, width: 32 };
const plane = 32 * 32;

/** Makes a grey square, 16 pixels wide, in the middle of a transparent picture. */
function square(): Float32Array {
  const picture = new Float32Array(4 * plane).fill(-1);
  for (let i = 0; i < plane; i++) {
    const inside = [i % 32, Math.floor(i / 32)].every((at) => at >= 8 && at < 24);
    if (inside) for (let c = 0; c < 4; c++) picture[c * plane + i] = c === 3 ? 1 : 0;
  }
  return picture;
}

it.each([BLOTCHES, MOTTLE, WARP, WOBBLE, HOLES])(
  '$name depends on the seed, and treats each picture of a batch differently',
  (corruption) => {
    const changed = (seed: number): Float32Array => {
      const pictures = Float32Array.from([...square(), ...square()]);
      corruption.apply(pictures, shape, corruption.strengths[2] as number, seed);
      return pictures;
    };
    expect(changed(1)).toEqual(changed(1));
    expect(changed(2)).not.toEqual(changed(1));
    expect(changed(1).slice(0, 4 * plane)).not.toEqual(changed(1).slice(4 * plane));
  },
);

it('blotches change colours smoothly, and keep alpha', () => {
  const picture = square();
  BLOTCHES.apply(picture, shape, 0.1);
  expect(picture.slice(3 * plane)).toEqual(square().slice(3 * plane));
  expect(picture[0]).toBe(-1);
  const row = [...picture.slice(16 * 32 + 8, 16 * 32 + 24)];
  const steps = row.slice(1).map((value, i) => Math.abs(value - (row[i] as number)));
  expect(Math.max(...row) - Math.min(...row)).toBeGreaterThan(0.05);
  // Independent values with this deviation would differ by up to about 0.5.
  expect(Math.max(...steps)).toBeLessThan(0.2);
});

it('warp moves the edge of a shape by about its strength, and creates no new colours', () => {
  const picture = square();
  WARP.apply(picture, shape, 1);
  // Bilinear interpolation leaves values between those of the square and of the background.
  expect(Math.max(...picture)).toBeLessThanOrEqual(1);
  expect(Math.min(...picture)).toBe(-1);
  const alpha = picture.slice(3 * plane);
  const moved = alpha.filter((value, i) => Math.abs(value - (square()[3 * plane + i] as number)) > 1).length;
  // The edge has 64 pixels. A shift by one pixel moves each of them once.
  expect(moved).toBeGreaterThan(10);
  expect(moved).toBeLessThan(128);
});

it('holes replace the given share of a picture by the background', () => {
  const picture = new Float32Array(4 * plane).fill(0.5);
  for (let c = 0; c < 4; c++) picture[c * plane] = -1;
  HOLES.apply(picture, shape, 0.25);
  for (let c = 0; c < 4; c++) {
    const cut = picture.slice(c * plane, (c + 1) * plane).filter((value) => value === -1).length;
    // The first pixel is the background itself.
    expect([plane / 4, plane / 4 + 1]).toContain(cut);
  }
});
