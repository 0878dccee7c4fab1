import { describe, expect, it } from 'vitest';
import { averagesReference as reference } from '../../testdata/averages-reference.ts';
import {
  exponentOf,
  isAverageLength,
  LENGTH_RANGE,
  lengthOf,
  powerDecayAt,
  profileProduct,
} from './power-function.ts';

describe('exponentOf', () => {
  it('returns the largest root of the cubic, as NumPy does', () => {
    // NumPy computes eigenvalues of a matrix, which loses a few digits near γ = 0.
    for (const [length, exponent] of reference.exponents) expect(exponentOf(length)).toBeCloseTo(exponent, 9);
    expect(exponentOf(0.05)).toBeCloseTo(16.97, 2); // Karras et al. 2024, section 3.1
    expect(exponentOf(0.1)).toBeCloseTo(6.94, 2);
  });

  it('inverts lengthOf for lengths up to that of the plain mean', () => {
    for (const length of [1e-3, 0.02, 0.1, 0.28])
      expect(lengthOf(exponentOf(length))).toBeCloseTo(length, 14);
    expect(lengthOf(0)).toBe(1 / Math.sqrt(12));
    expect(exponentOf(1 / Math.sqrt(12))).toBeLessThan(1e-12);
  });
});

describe('isAverageLength', () => {
  it('accepts only values in the range, including its ends', () => {
    const { least, most } = LENGTH_RANGE;
    expect([least, 0.1, most].map(isAverageLength)).toEqual([true, true, true]);
    expect([0.0009, 0.2881, 5, 0, -1, Number.NaN, '0.1', null].some(isAverageLength)).toBe(false);
    expect(most).toBeLessThan(lengthOf(0));
  });
});

describe('powerDecayAt', () => {
  it('weights each step by the integral of the profile over that step', () => {
    const [exponent, steps] = [6.9, 50];
    let weights: number[] = [];
    for (let n = 1; n <= steps; n++) {
      const decay = powerDecayAt(exponent, n);
      weights = [...weights.map((weight) => weight * decay), 1 - decay];
    }
    for (const [i, weight] of weights.entries()) {
      const integral = ((i + 1) ** (exponent + 1) - i ** (exponent + 1)) / steps ** (exponent + 1);
      expect(weight).toBeCloseTo(integral, 14);
    }
    expect(powerDecayAt(exponent, 1)).toBe(0);
  });
});

describe('profileProduct', () => {
  it('returns the integral of the product of two profiles', () => {
    for (const [stepA, exponentA, stepB, exponentB, product] of reference.products) {
      const [a, b] = [
        { step: stepA, exponent: exponentA },
        { step: stepB, exponent: exponentB },
      ];
      // The relative error of SciPy's integration is 1e-12.
      expect(profileProduct(a, b) / product).toBeCloseTo(1, 10);
      expect(profileProduct(b, a)).toBe(profileProduct(a, b));
    }
  });
});
