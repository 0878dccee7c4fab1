import { describe, expect, it } from 'vitest';
import { planPass, type Waiting } from './plan-pass.ts';

const calls = (...each: readonly (readonly [images: number, passes: number])[]): Waiting[] =>
  each.map(([images, passes]) => ({ images, passes }));

describe('planPass', () => {
  it('takes all images if they fit', () => {
    expect(planPass(calls([1, 9], [4, 4], [2, 2]), 8, 0)).toEqual([1, 4, 2]);
    expect(planPass([], 8, 0)).toEqual([]);
  });

  it('serves the request with the least remaining work first, and the oldest of equal requests', () => {
    // One of eight places goes to the oldest call.
    expect(planPass(calls([100, 100], [1, 10], [1, 5]), 8, 0)).toEqual([6, 1, 1]);
    expect(planPass(calls([8, 800], [8, 80], [8, 8]), 8, 0)).toEqual([1, 0, 7]);
    expect(planPass(calls([1, 10], [1, 10], [1, 10]), 2, 0)).toEqual([1, 1, 0]);
  });

  it('gives the oldest call an eighth of all places, even with fewer than eight per pass', () => {
    for (const capacity of [1, 2, 3, 8, 64]) {
      let taken = 0;
      for (let turn = 0; turn < 800; turn++) {
        taken += planPass(calls([1000, 1e6], [1000, 1]), capacity, turn)[0] ?? 0;
      }
      expect(taken, `${capacity} places`).toBe(100 * capacity);
    }
  });

  it('makes a shorter pass if a small call and a large call share it', () => {
    // The pass is filled up to 16 of 64 places. The oldest call gets an eighth of a full pass, 8 places.
    expect(planPass(calls([1000, 1e6], [1, 10]), 64, 0)).toEqual([15, 1]);
    expect(planPass(calls([1, 1e6], [64, 64]), 64, 0)).toEqual([1, 15]);
    expect(planPass(calls([1000, 1e6], [10, 10], [10, 20]), 64, 0)).toEqual([8, 10, 10]);
    // A larger pass is filled up to a quarter.
    expect(planPass(calls([1000, 1e6], [1, 10]), 256, 0)).toEqual([63, 1]);
    // If all calls are small, or all are large, passes stay full.
    expect(planPass(calls([1000, 1e6], [100, 200]), 64, 0)).toEqual([8, 56]);
    expect(planPass(calls([16, 1000], [16, 200], [16, 160], [16, 32], [16, 16]), 64, 0)).toEqual([
      8, 8, 16, 16, 16,
    ]);
  });

  it('fills the pass if all calls are small or all are large, and never takes more images than are waiting', () => {
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
      const few = waiting.every(({ images }) => images <= Math.min(capacity, 16));
      const many = waiting.every(({ images }) => images > Math.min(capacity, 16));
      // If calls of few images are waiting, calls of many images need not fill more than 16 places.
      const least = few || many ? capacity : Math.min(capacity, 16);
      const together = taken.reduce((sum, n) => sum + n, 0);
      expect(together).toBeLessThanOrEqual(Math.min(capacity, all));
      expect(together).toBeGreaterThanOrEqual(Math.min(least, all));
    }
  });
});
