import { describe, expect, it } from 'vitest';
import { gaussian } from '../testdata/gaussian.ts';
import { drawn, real, reference } from '../testdata/reference.ts';
import { toFeatures } from './features.ts';
import { twoSampleTest } from './two-sample-test.ts';

describe('twoSampleTest', () => {
  it('equals the leave-one-out 1-nearest-neighbour accuracy of scikit-learn, with its p-value', () => {
    const { accuracy, pValue } = twoSampleTest(real, drawn);
    expect(accuracy).toBeCloseTo(reference.oneNearestNeighbour.accuracy, 12);
    expect(pValue).toBeCloseTo(reference.oneNearestNeighbour.pValue, 12);
  });

  it('finds no difference between two samples of the same distribution', () => {
    const { accuracy, pValue } = twoSampleTest(gaussian(300, 3, 0), gaussian(300, 3, 1));
    // The tolerance is four standard deviations.
    expect(Math.abs(accuracy - 0.5)).toBeLessThan(4 * 0.5 * Math.sqrt(1 / 600));
    expect(pValue).toBeGreaterThan(1e-4);
  });

  it('finds a difference between shifted sets, and returns accuracy 0 for copies', () => {
    const a = gaussian(100, 3, 0);
    expect(twoSampleTest(a, gaussian(100, 3, 1, 9))).toEqual({ accuracy: 1, pValue: expect.closeTo(0, 10) });
    expect(twoSampleTest(a, a).accuracy).toBe(0);
  });

  it('counts an image that is equally near to both sets as one half', () => {
    const line = (...values: number[]) => toFeatures(Float32Array.from(values), 1);
    // 0 is equally far from 1 in its own set and from −1 in the second set. The nearest image of both 1 and −1 is 0.
    // The nearest image of −3 is −1.
    expect(twoSampleTest(line(0, 1), line(-1, -3)).accuracy).toBe((0.5 + 1 + 0 + 1) / 4);
  });
});
