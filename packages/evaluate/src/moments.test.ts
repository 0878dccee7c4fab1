import { expect, it } from 'vitest';
import { real, reference } from '../testdata/reference.ts';
import { toFeatures } from './features.ts';
import { momentsOf } from './moments.ts';

it('momentsOf returns the mean and covariance that NumPy computes', () => {
  const { count, mean, covariance } = momentsOf(real);
  expect(count).toBe(40);
  // The float64 sums have 40 terms below 100.
  for (const [i, value] of reference.mean.entries()) expect(mean[i]).toBeCloseTo(value, 12);
  for (const [i, value] of reference.covariance.entries()) expect(covariance[i]).toBeCloseTo(value, 12);
});

it('momentsOf is accurate for a small spread around a large mean', () => {
  const { covariance } = momentsOf(toFeatures(Float32Array.of(8_000_001, 8_000_002, 8_000_003), 1));
  expect(covariance[0]).toBe(1);
});

it('momentsOf rejects fewer than two images', () => {
  expect(() => momentsOf({ count: 0, width: 2, values: new Float32Array(0) })).toThrow(
    'the set has 0 images',
  );
  expect(() => momentsOf(toFeatures(Float32Array.of(1, 2), 2))).toThrow('the set has 1 image');
});
