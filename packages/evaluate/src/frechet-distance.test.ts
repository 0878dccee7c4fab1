import { describe, expect, it } from 'vitest';
import { gaussian } from '../testdata/gaussian.ts';
import { drawn, real, reference } from '../testdata/reference.ts';
import { frechetDistance } from './frechet-distance.ts';
import { type Moments, momentsOf } from './moments.ts';

function moments(mean: readonly number[], covariance: readonly number[]): Moments {
  return { count: 2, mean: Float64Array.from(mean), covariance: Float64Array.from(covariance) };
}

describe('frechetDistance', () => {
  it('equals that of SciPy', () => {
    const distance = frechetDistance(momentsOf(real), momentsOf(drawn));
    // sqrtm of SciPy and eigenvalues agree to about 1e-14 of the traces, which are below 1000.
    expect(distance).toBeCloseTo(reference.frechet, 10);
    expect(frechetDistance(momentsOf(drawn), momentsOf(real))).toBeCloseTo(distance, 10);
  });

  it('is |μ₁ − μ₂|² + Σ(σ₁ − σ₂)² for Gaussians with diagonal covariances', () => {
    const a = moments([1, -2, 0], [4, 0, 0, 0, 9, 0, 0, 0, 0]);
    const b = moments([0, 1, 0.5], [1, 0, 0, 0, 0.25, 0, 0, 0, 16]);
    expect(frechetDistance(a, b)).toBeCloseTo(1 + 9 + 0.25 + (1 + 2.5 ** 2 + 4 ** 2), 12);
  });

  it('agrees with tr √A = √(tr A + 2 √det A) for 2×2 covariances that do not commute', () => {
    const a = moments([0, 0], [2, 1, 1, 3]);
    const b = moments([0, 0], [5, -1, -1, 1]);
    // A = S₁ S₂ = [[9, −1], [2, 2]]: tr A = 11, det A = 5 · 4.
    const traceOfRoot = Math.sqrt(11 + 2 * Math.sqrt(20));
    expect(frechetDistance(a, b)).toBeCloseTo(5 + 6 - 2 * traceOfRoot, 12);
  });

  it('is 0 between a set and itself, also with fewer images than features', () => {
    expect(frechetDistance(momentsOf(real), momentsOf(real))).toBeCloseTo(0, 10);
    const few = momentsOf(gaussian(20, 32, 0));
    // The zero eigenvalues have errors of about 1e-15, and the result contains their square roots.
    expect(frechetDistance(few, few)).toBeCloseTo(0, 6);
  });

  it('of samples of two Gaussians approaches that of the Gaussians', () => {
    const distance = frechetDistance(
      momentsOf(gaussian(20_000, 8, 0)),
      momentsOf(gaussian(20_000, 8, 1, 0.5, 2)),
    );
    // 8 · (0.5² + (2 − 1)²); the standard error of the terms is below 0.1.
    expect(Math.abs(distance - 10)).toBeLessThan(0.3);
  });

  it('rejects different widths', () => {
    expect(() => frechetDistance(moments([0], [1]), moments([0, 0], [1, 0, 0, 1]))).toThrow(
      'of 1 and 2 features',
    );
  });
});
