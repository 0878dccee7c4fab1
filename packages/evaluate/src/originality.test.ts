import { describe, expect, it } from 'vitest';
import { gaussian } from '../testdata/gaussian.ts';
import { reference } from '../testdata/reference.ts';
import { pickRows } from './features.ts';
import { nearestRows } from './nearest.ts';
import { originality } from './originality.ts';

describe('originality', () => {
  const training = gaussian(200, 6, 0);
  const heldOut = nearestRows(gaussian(200, 6, 1), training).distances;

  it('returns the quantiles that NumPy computes', () => {
    const { nearestDistances, quantiles } = reference;
    const { heldOutMedian, closeDistance } = originality([1], nearestDistances);
    expect(heldOutMedian).toBeCloseTo(quantiles.drawnMedian, 12);
    expect(closeDistance).toBeCloseTo(quantiles.closeDistance, 12);
  });

  it('does not flag new images of the same distribution', () => {
    const fresh = originality(nearestRows(gaussian(200, 6, 2), training).distances, heldOut);
    expect(fresh.copies).toBe(false);
    expect(fresh.closeShare).toBeLessThan(0.05);
    expect(Math.abs(fresh.drawnMedian / fresh.heldOutMedian - 1)).toBeLessThan(0.1);
  });

  it('flags noisy copies of training images, even if only some images are copies', () => {
    const copied = (copyCount: number) => {
      const copies = pickRows(
        training,
        Array.from({ length: copyCount }, (_, i) => i),
      );
      copies.values.set(
        gaussian(copies.count, 6, 3, 0, 0.01).values.map((v, i) => v + (copies.values[i] ?? 0)),
      );
      const others = nearestRows(gaussian(200 - copyCount, 6, 4), training).distances;
      return originality([...nearestRows(copies, training).distances, ...others], heldOut);
    };
    expect(copied(180)).toMatchObject({ copies: true, closeShare: expect.closeTo(0.9, 1) });
    expect(copied(40).copies).toBe(true);
  });

  it('rejects empty sets', () => {
    expect(() => originality([], heldOut)).toThrow('got 0 drawn and 200 held-out images');
  });
});
