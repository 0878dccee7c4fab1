import { describe, expect, it } from 'vitest';
import { gaussian } from '../testdata/gaussian.ts';
import { drawn, real, reference } from '../testdata/reference.ts';
import { toFeatures } from './features.ts';
import { frechetDistance, frechetEstimate } from './frechet-distance.ts';
import { type Moments, momentsOf } from './moments.ts';

function moments(mean: readonly number[], covariance: readonly number[]): Moments {
  return { count: 2, mean: Float64Array.from(mean), covariance: Float64Array.from(covariance) };
}

describe('frechetDistance', () => {
  it('equals a calculation with SciPy', () => {
    const distance = frechetDistance(momentsOf(real), momentsOf(drawn));
    // SciPy uses sqrtm instead of eigenvalues. Both agree to about 1e-14 of the traces, which are below 1000.
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

  it('is 0 for two equal sets, even with fewer images than features', () => {
    expect(frechetDistance(momentsOf(real), momentsOf(real))).toBeCloseTo(0, 10);
    const few = momentsOf(gaussian(20, 32, 0));
    // Eigenvalues of zero have errors of about 1e-15, and the result contains their square roots.
    expect(frechetDistance(few, few)).toBeCloseTo(0, 6);
  });

  it('approaches the distance between two Gaussians for large samples of both', () => {
    const distance = frechetDistance(
      momentsOf(gaussian(20_000, 8, 0)),
      momentsOf(gaussian(20_000, 8, 1, 0.5, 2)),
    );
    // The exact distance is 8 · (0.5² + (2 − 1)²) = 10. The standard error is below 0.1.
    expect(Math.abs(distance - 10)).toBeLessThan(0.3);
  });

  it('rejects different widths', () => {
    expect(() => frechetDistance(moments([0], [1]), moments([0, 0], [1, 0, 0, 1]))).toThrow(
      '1 and 2 features; expected the same number',
    );
  });
});

describe('frechetEstimate', () => {
  it('returns the same distance as frechetDistance', () => {
    const { distance } = frechetEstimate(momentsOf(real), drawn);
    expect(distance).toBe(frechetDistance(momentsOf(real), momentsOf(drawn)));
  });

  it('estimates the standard deviation over repeated draws from a known Gaussian', () => {
    const width = 6;
    const standard = moments(
      new Array(width).fill(0),
      Array.from({ length: width * width }, (_, i) => Number(i % (width + 1) === 0)),
    );
    const repeats = 60;
    for (const [mean, scale] of [
      [0.5, 1],
      [0, 1.5],
      [0.3, 0.7],
    ] as const) {
      const draws = Array.from({ length: repeats }, (_, i) =>
        frechetEstimate(standard, gaussian(400, width, i, mean, scale)),
      );
      const distances = draws.map(({ distance }) => distance);
      const average = distances.reduce((sum, value) => sum + value, 0) / repeats;
      const squares = distances.reduce((sum, value) => sum + (value - average) ** 2, 0);
      const spread = Math.sqrt(squares / (repeats - 1));
      const estimated = draws.reduce((sum, { deviation }) => sum + deviation, 0) / repeats;
      // The spread of 60 draws has a relative error of 9 %; the tolerance is three times that.
      expect(Math.abs(estimated / spread - 1), `mean ${mean}, scale ${scale}`).toBeLessThan(0.28);
      const exact = width * (mean ** 2 + (scale - 1) ** 2);
      const inside = draws.filter((d) => Math.abs(d.distance - exact) < 1.96 * d.deviation).length;
      // The tolerance is four standard deviations of the binomial distribution.
      expect(inside / repeats, `mean ${mean}, scale ${scale}`).toBeGreaterThan(0.95 - 4 * 0.028);
    }
  });

  it('overestimates the standard deviation by about √2 if both distributions are equal', () => {
    const standard = moments([0, 0, 0], [1, 0, 0, 0, 1, 0, 0, 0, 1]);
    const draws = Array.from({ length: 60 }, (_, i) => frechetEstimate(standard, gaussian(400, 3, i)));
    const average = draws.reduce((sum, { distance }) => sum + distance, 0) / 60;
    const spread = Math.sqrt(draws.reduce((sum, { distance }) => sum + (distance - average) ** 2, 0) / 59);
    const estimated = draws.reduce((sum, { deviation }) => sum + deviation, 0) / 60;
    // The spread of 60 draws has a relative error of 9 %, and the tolerance is three times that. With nine moments,
    // the root of a mean square is on average 3 % below its limit.
    expect(Math.abs(estimated / spread / Math.SQRT2 - 1)).toBeLessThan(0.3);
  });

  it('is finite if a feature is always 0, as with ReLU', () => {
    const withZeros = (set: typeof real) =>
      toFeatures(
        Float32Array.from({ length: set.count * 8 }, (_, i) =>
          i % 8 < 6 ? (set.values[Math.floor(i / 8) * 6 + (i % 8)] as number) : 0,
        ),
        8,
      );
    const plain = frechetEstimate(momentsOf(real), drawn);
    const padded = frechetEstimate(momentsOf(withZeros(real)), withZeros(drawn));
    // Eigenvalues of zero have errors of about 1e-14, and the distance contains their square roots.
    expect(padded.distance).toBeCloseTo(plain.distance, 5);
    expect(padded.deviation).toBeCloseTo(plain.deviation, 5);
  });
});
