import { describe, expect, it } from 'vitest';
import { planPass, type Waiting } from './plan-pass.ts';

const calls = (...each: readonly (readonly [images: number, passes: number])[]): Waiting[] =>
  each.map(([images, passes]) => ({ images, passes }));

describe('planPass', () => {
  it('takes everything where it fits', () => {
    expect(planPass(calls([1, 9], [4, 4], [2, 2]), 8, 0)).toEqual([1, 4, 2]);
    expect(planPass([], 8, 0)).toEqual([]);
  });

  it('takes first what its request ends with soonest, then what came first', () => {
    // One place of eight is the oldest's.
    expect(planPass(calls([100, 100], [1, 10], [1, 5]), 8, 0)).toEqual([6, 1, 1]);
    expect(planPass(calls([8, 800], [8, 80], [8, 8]), 8, 0)).toEqual([1, 0, 7]);
    expect(planPass(calls([1, 10], [1, 10], [1, 10]), 2, 0)).toEqual([1, 1, 0]);
  });

  it('gives the oldest an eighth of all places, also where a pass has fewer than eight', () => {
    for (const capacity of [1, 2, 3, 8, 64]) {
      let taken = 0;
      for (let turn = 0; turn < 800; turn++) {
        taken += planPass(calls([1000, 1e6], [1000, 1]), capacity, turn)[0] ?? 0;
      }
      expect(taken, `${capacity} places`).toBe(100 * capacity);
    }
  });

  it('fills the pass, and never gives more than is wanted', () => {
    let state = 1;
    const random = (below: number): number => {
      state = (state * 48271) % 2147483647;
      return state % below;
    };
    for (let turn = 0; turn < 500; turn++) {
      const waiting = Array.from({ length: 1 + random(12) }, () => {
        const images = 1 + random(20);
        return { images, passes: images * (1 + random(9)) };
      });
      const capacity = 1 + random(30);
      const taken = planPass(waiting, capacity, turn);
      expect(taken.every((n, i) => n >= 0 && n <= (waiting[i]?.images ?? 0))).toBe(true);
      const all = waiting.reduce((sum, { images }) => sum + images, 0);
      expect(taken.reduce((sum, n) => sum + n, 0)).toBe(Math.min(capacity, all));
    }
  });
});
