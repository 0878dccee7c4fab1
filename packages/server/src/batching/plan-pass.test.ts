import { describe, expect, it } from 'vitest';
import { planPass } from './plan-pass.ts';

describe('planPass', () => {
  it('takes everything where it fits', () => {
    expect(planPass([1, 4, 2], 8)).toEqual([1, 4, 2]);
    expect(planPass([], 8)).toEqual([]);
  });

  it('never lets a call of many keep one of few waiting', () => {
    expect(planPass([100, 1, 1], 8)).toEqual([6, 1, 1]);
    expect(planPass([100, 100, 1], 8)).toEqual([5, 2, 1]);
  });

  it('takes the oldest where there are more calls than places', () => {
    expect(planPass([3, 1, 1], 2)).toEqual([1, 1, 0]);
  });

  it('fills the pass, never gives more than is wanted, and always serves the oldest', () => {
    let state = 1;
    const random = (below: number): number => {
      state = (state * 48271) % 2147483647;
      return state % below;
    };
    for (let round = 0; round < 500; round++) {
      const left = Array.from({ length: 1 + random(12) }, () => 1 + random(20));
      const capacity = 1 + random(30);
      const taken = planPass(left, capacity);
      expect(taken.every((n, i) => n >= 0 && n <= (left[i] ?? 0))).toBe(true);
      const waiting = left.reduce((sum, n) => sum + n, 0);
      expect(taken.reduce((sum, n) => sum + n, 0)).toBe(Math.min(capacity, waiting));
      expect(taken[0]).toBeGreaterThan(0);
    }
  });
});
