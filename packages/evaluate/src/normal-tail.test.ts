import { expect, it } from 'vitest';
import { likelihoodReference } from '../testdata/likelihood.ts';
import { reference } from '../testdata/reference.ts';
import { logNormalInterval, normalTail } from './normal-tail.ts';

it('normalTail agrees with SciPy, even far from the mean', () => {
  for (const [z, tail] of reference.normalTails) {
    // Below z = 2.83, the series is subtracted from 1, which loses up to two of 16 digits.
    expect([z, Math.abs(normalTail(z) / tail - 1) < 1e-12]).toEqual([z, true]);
  }
});

it('logNormalInterval agrees with 40-digit values, for narrow intervals and far from the mean', () => {
  for (const [low, high, log] of likelihoodReference.intervals) {
    // The narrowest intervals are near 1 and have a width of 1e-4, so the difference keeps 11 of 15 digits.
    expect([low, high, Math.abs(logNormalInterval(low, high) - log) < 1e-10 * Math.max(1, -log)]).toEqual([
      low,
      high,
      true,
    ]);
  }
});

it('logNormalInterval is 0 for all numbers and log ½ for half of them', () => {
  expect(logNormalInterval(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)).toBeCloseTo(0, 15);
  expect(logNormalInterval(0, Number.POSITIVE_INFINITY)).toBeCloseTo(-Math.LN2, 15);
  expect(logNormalInterval(Number.NEGATIVE_INFINITY, 0)).toBeCloseTo(-Math.LN2, 15);
});
