import { describe, expect, it } from 'vitest';
import { averagesReference as reference } from '../../testdata/averages-reference.ts';
import { combineProfiles } from './combine-profiles.ts';
import { exponentOf, type Profile } from './power-function.ts';
import { solvePositive } from './solve-positive.ts';

const storedUpTo = (step: number): Profile[] =>
  reference.storedSteps
    .filter((each) => each <= step)
    .flatMap((each) =>
      reference.storedLengths.map((length) => ({ step: each, exponent: exponentOf(length) })),
    );

describe('combineProfiles', () => {
  it('returns the weights of algorithm 3, and the error computed from sampled profiles', () => {
    expect(reference.cases).toHaveLength(10);
    for (const { step, length, weights, error } of reference.cases) {
      const got = combineProfiles(storedUpTo(step), { step, exponent: exponentOf(length) });
      expect(got.weights).toHaveLength(weights.length);
      // The condition number of the matrix is about 1e3, so the results agree to about 1e-13.
      for (const [i, weight] of weights.entries()) expect(got.weights[i]).toBeCloseTo(weight, 11);
      // The reference samples the profiles at 2e6 midpoints. The jumps of the profiles limit its accuracy.
      expect(got.error).toBeCloseTo(error, 5);
    }
  });

  it('returns exactly the stored average if it has the requested profile', () => {
    const stored = storedUpTo(300);
    for (const [i, profile] of stored.entries()) {
      const { weights, error } = combineProfiles(stored, { ...profile });
      expect([...weights]).toEqual(stored.map((_, j) => (i === j ? 1 : 0)));
      expect(error).toBe(0);
    }
  });

  it('has a smaller error with more snapshots', () => {
    const errors = [8, 24, 128].map((count) => {
      const stored = Array.from({ length: count }, (_, i) => (1e5 * (i + 1)) / count).flatMap((step) =>
        [0.1, 0.05].map((length) => ({ step, exponent: exponentOf(length) })),
      );
      return combineProfiles(stored, { step: 1e5, exponent: exponentOf(0.03) }).error;
    });
    expect(errors[0]).toBeCloseTo(0.1, 2);
    expect(errors[1]).toBeCloseTo(0.019, 3);
    expect(errors[2]).toBeLessThan(1e-3);
  });

  it('refuses equal profiles', () => {
    const profile = { step: 10, exponent: 5 };
    expect(() => combineProfiles([profile, profile], { step: 10, exponent: 6 })).toThrow(
      expect.objectContaining({
        code: 'TRAIN_SHAPE',
        message: expect.stringContaining(
          'two of the 2 stored averages have profiles that are equal in float64',
        ),
      }),
    );
  });
});

describe('solvePositive', () => {
  it('solves a system, and refuses a matrix that is not positive definite', () => {
    const matrix = Float64Array.of(4, 2, 0, 2, 5, 1, 0, 1, 3);
    const x = solvePositive(matrix, Float64Array.of(8, 15, 11));
    expect([...(x ?? [])].map((value) => Number(value.toFixed(12)))).toEqual([1, 2, 3]);
    expect(solvePositive(Float64Array.of(1, 2, 2, 1), Float64Array.of(1, 1))).toBeNull();
    expect(solvePositive(Float64Array.of(1, Number.NaN, Number.NaN, 1), Float64Array.of(1, 1))).toBeNull();
  });
});
