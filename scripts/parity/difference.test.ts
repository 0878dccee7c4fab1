import { expect, it } from 'vitest';
import { largestDifference, pixelDifference, sameBits } from './difference.ts';

const floats = (...values: number[]): Float32Array => Float32Array.of(...values);

it('finds the largest difference, whatever its sign', () => {
  expect(largestDifference(floats(1, 2, 3), floats(1.5, 2, 1))).toBe(2);
  expect(largestDifference(floats(), floats())).toBe(0);
});

it('is no number where an answer is broken or short', () => {
  expect(largestDifference(floats(1, Number.NaN), floats(1, 1))).toBeNaN();
  expect(largestDifference(floats(1, 2), floats(1))).toBeNaN();
});

it('tells bits apart that compare as equal', () => {
  expect(sameBits(floats(0, 1), floats(0, 1))).toBe(true);
  expect(sameBits(floats(0), floats(-0))).toBe(false);
  expect(sameBits(floats(1), floats(1 + 2 ** -23))).toBe(false);
  expect(sameBits(floats(1), floats(1, 2))).toBe(false);
  // A view into a larger buffer is compared by its own part.
  expect(sameBits(floats(9, 5, 6).subarray(1), floats(5, 6))).toBe(true);
});

it('counts pixels and the levels between them', () => {
  const [a, b] = [Uint8Array.of(0, 10, 255, 7), Uint8Array.of(0, 11, 250, 7)];
  expect(pixelDifference(a, b)).toEqual({ pixels: 4, differing: 2, levels: 5 });
});
