import { expect, it } from 'vitest';
import { BLUR, CORRUPTIONS, NOISE } from './corruptions.ts';
import { addFault, FAULT_CLASSES } from './faults.ts';

const shape = { channels: 4, height: 32, width: 32 };
const plane = 32 * 32;

/** Makes a picture of a white dot on a transparent background. */
function dot(): Float32Array {
  const picture = new Float32Array(4 * plane).fill(-1);
  for (let c = 0; c < 4; c++) picture[c * plane + 16 * 32 + 16] = 1;
  return picture;
}

it('blur spreads a dot with the given deviation, and keeps its sum', () => {
  const picture = dot();
  BLUR.apply(picture, shape, 2);
  let [sum, square] = [0, 0];
  for (let i = 0; i < plane; i++) {
    const value = ((picture[i] as number) + 1) / 2;
    sum += value;
    square += value * ((i % 32) - 16) ** 2;
  }
  // float32 rounds each of the 1024 values.
  expect(sum).toBeCloseTo(1, 4);
  // The kernel ends at three deviations, which makes its variance 2.7 % smaller than 4.
  expect(square / sum).toBeGreaterThan(3.85);
  expect(square / sum).toBeLessThan(4);
});

it('noise keeps colours between 0 and alpha, and depends on the seed', () => {
  const noisy = (seed: number): Float32Array => {
    const picture = new Float32Array(4 * plane).fill(0);
    NOISE.apply(picture, shape, 0.4, seed);
    return picture;
  };
  const first = noisy(1);
  expect(Math.min(...first)).toBe(-1);
  expect(Math.max(...first)).toBe(0);
  expect(first.slice(3 * plane)).toEqual(new Float32Array(plane));
  expect(noisy(1)).toEqual(first);
  expect(noisy(2)).not.toEqual(first);
});

it('swaps only move pixels, and move more of them as the strength grows', () => {
  const swaps = CORRUPTIONS.find(({ name }) => name === 'swaps');
  const before = Float32Array.from({ length: 4 * plane }, (_, i) => i);
  const changed = [1, 8].map((strength) => {
    const picture = before.slice();
    swaps?.apply(picture, shape, strength);
    expect(picture.toSorted()).toEqual(before);
    return picture.filter((value, i) => value !== before[i]).length;
  });
  expect(changed[1]).toBeGreaterThan(changed[0] ?? 0);
});

it('addFault labels each fault by its degree, and returns null for a picture that it leaves unchanged', () => {
  const fault = (chance: number, degree: number) => addFault(dot(), shape, { chance, degree, seed: 1 });
  expect([fault(0, 0), fault(0, 0.4), fault(0, 0.99)]).toEqual([0, 1, 2]);
  expect([fault(0.09, 0), fault(0.09, 0.5), fault(0.49, 0.99)]).toEqual([3, 4, FAULT_CLASSES - 1]);
  const picture = dot();
  expect(addFault(picture, shape, { chance: 0.51, degree: 0.5, seed: 1 })).toBeNull();
  expect(picture).toEqual(dot());
});
