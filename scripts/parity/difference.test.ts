import { expect, it } from 'vitest';
import { largestDifference, pixelDifference, sameBits } from './difference.ts';

const floats = (...values: number[]): Float32Array => Float32Array.of(...values);

it('largestDifference ignores the sign', () => {
  expect(largestDifference(floats(1, 2, 3), floats(1.5, 2, 1))).toBe(2);
  expect(largestDifference(floats(), floats())).toBe(0);
});

it('largestDifference is NaN for values that are NaN or missing', () => {
  expect(largestDifference(floats(1, Number.NaN), floats(1, 1))).toBeNaN();
  expect(largestDifference(floats(1, 2), floats(1))).toBeNaN();
});

it('sameBits distinguishes values that compare as equal', () => {
  expect(sameBits(floats(0, 1), floats(0, 1))).toBe(true);
  expect(sameBits(floats(0), floats(-0))).toBe(false);
  expect(sameBits(floats(1), floats(1 + 2 ** -23))).toBe(false);
  expect(sameBits(floats(1), floats(1, 2))).toBe(false);
  // Only the viewed part of a larger buffer counts.
  expect(sameBits(floats(9, 5, 6).subarray(1), floats(5, 6))).toBe(true);
});

it('pixelDifference counts differing pixels and the largest difference in levels', () => {
  const [a, b] = [Uint8Array.of(0, 10, 255, 7), Uint8Array.of(0, 11, 250, 7)];
  expect(pixelDifference(a, b)).toEqual({ pixels: 4, differing: 2, levels: 5 });
});
