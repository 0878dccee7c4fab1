import { describe, expect, it } from 'vitest';
import { gaussian } from '../testdata/gaussian.ts';
import { drawn, real, reference } from '../testdata/reference.ts';
import { toFeatures } from './features.ts';
import { densityCoverage, precisionRecall } from './precision-recall.ts';

const line = (...values: number[]) => toFeatures(Float32Array.from(values), 1);

describe('precisionRecall', () => {
  it('equals a calculation with scikit-learn', () => {
    const { precision, recall } = reference;
    expect(precisionRecall(real, drawn)).toEqual({ precision, recall });
  });

  it('distinguishes low variety from low quality', () => {
    const wide = gaussian(400, 2, 0);
    const narrow = gaussian(400, 2, 1, 0, 0.3);
    const lacksVariety = precisionRecall(wide, narrow);
    const lacksQuality = precisionRecall(narrow, wide);
    expect([lacksVariety.precision > 0.95, lacksVariety.recall < 0.5]).toEqual([true, true]);
    expect([lacksQuality.precision < 0.5, lacksQuality.recall > 0.95]).toEqual([true, true]);
  });

  it('counts an image at the border of a ball as inside', () => {
    // With k = 1, the balls around 0 and 1 have radius 1. Then 2 is at the border, and 2.5 is outside.
    expect(precisionRecall(line(0, 1), line(2, 2.5), 1).precision).toBe(0.5);
  });

  it('rejects sets of k images', () => {
    expect(() => precisionRecall(line(0, 1, 2), line(0, 1, 2))).toThrow(
      'the smaller set has 3 images; expected at least 4',
    );
  });
});

describe('densityCoverage', () => {
  it('equals a calculation with scikit-learn', () => {
    const { density, coverage } = densityCoverage(real, drawn);
    expect(density).toBeCloseTo(reference.density, 12);
    expect(coverage).toBe(reference.coverage);
  });

  it('returns density 1 and coverage 1 − 2⁻ᵏ for two large samples of the same distribution', () => {
    const { density, coverage } = densityCoverage(gaussian(1000, 2, 0), gaussian(1000, 2, 1));
    // Each of the k nearest neighbours of a real image is a drawn image with probability 1/2 (Naeem et al. 2020, eq.
    // 10).
    expect(Math.abs(density - 1)).toBeLessThan(0.1);
    expect(Math.abs(coverage - (1 - 2 ** -5))).toBeLessThan(0.03);
  });

  it('counts an image at the border of a ball as outside', () => {
    expect(densityCoverage(line(0, 1), line(2, 2), 1)).toEqual({ density: 0, coverage: 0 });
  });
});
