import { describe, expect, it } from 'vitest';
import { gaussian } from '../testdata/gaussian.ts';
import { drawn, real, reference } from '../testdata/reference.ts';
import { toFeatures } from './features.ts';
import { kernelDistance, squaredDiscrepancy } from './kernel-distance.ts';

describe('squaredDiscrepancy', () => {
  it('equals that of the kernels of scikit-learn', () => {
    // Each sum in float64 has up to 1200 kernels of up to 1e5.
    expect(squaredDiscrepancy(real, drawn)).toBeCloseTo(reference.mmd, 8);
  });

  it('equals a calculation by hand for two rows of one feature', () => {
    const a = toFeatures(Float32Array.of(0, 1), 1);
    const b = toFeatures(Float32Array.of(2, -1), 1);
    // Within: (0·1 + 1)³ and (2·−1 + 1)³; between: 1, 1, 3³ and 0.
    expect(squaredDiscrepancy(a, b)).toBe(1 - 1 - (2 * (1 + 1 + 27 + 0)) / 4);
  });
});

describe('kernelDistance', () => {
  it('averages over subsets without bias', () => {
    const [a, b] = [gaussian(300, 4, 0), gaussian(300, 4, 1, 0.3)];
    const whole = squaredDiscrepancy(a, b);
    const { mean, deviation } = kernelDistance(a, b, { subsetSize: 100, subsets: 200 });
    expect(deviation).toBeGreaterThan(0);
    // The tolerance is five standard errors of the mean.
    expect(Math.abs(mean - whole)).toBeLessThan((5 * deviation) / Math.sqrt(200));
  });

  it('uses whole sets if they are small, without deviation', () => {
    const { mean, deviation } = kernelDistance(real, real, { subsets: 3 });
    // For a set against itself this is 2·within − 2·mean: below 0, because "within" excludes the diagonal.
    expect(mean).toBeLessThan(0);
    expect(deviation).toBeCloseTo(0, 8);
  });

  it('is around 0 for two samples of one distribution, for any number of images', () => {
    for (const count of [50, 400]) {
      const { mean, deviation } = kernelDistance(gaussian(count, 4, 0), gaussian(count, 4, 1), {
        subsetSize: 40,
      });
      expect(Math.abs(mean)).toBeLessThan(3 * deviation);
    }
  });

  it('depends on the seed only in the choice of subsets', () => {
    const [a, b] = [gaussian(60, 4, 0), gaussian(60, 4, 1)];
    const options = { subsetSize: 20, subsets: 5 };
    expect(kernelDistance(a, b, { ...options, seed: 1 })).toEqual(
      kernelDistance(a, b, { ...options, seed: 1 }),
    );
    expect(kernelDistance(a, b, { ...options, seed: 1 })).not.toEqual(
      kernelDistance(a, b, { ...options, seed: 2 }),
    );
  });

  it('rejects a single image', () => {
    expect(() => kernelDistance(real, toFeatures(new Float32Array(6), 6))).toThrow(
      'the number of images of the smaller set is 1; expected at least 2',
    );
  });
});
