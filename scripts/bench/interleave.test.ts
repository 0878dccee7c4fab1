import { describe, expect, it } from 'vitest';
import { interleave } from './interleave.ts';

describe('interleave', () => {
  it('runs contenders in turn and times the run after each warm-up', async () => {
    let now = 0;
    const order: string[] = [];
    // Each contender advances the clock by the next entry of its list.
    const contender =
      (name: string, costs: number[]): (() => Promise<void>) =>
      async () => {
        order.push(name);
        now += costs.shift() ?? Number.NaN;
      };
    const timings = await interleave(
      { a: contender('a', [100, 5, 100, 3, 100, 4]), b: contender('b', [200, 20, 200, 10, 200, 60]) },
      { rounds: 3, clock: () => now },
    );
    expect(order.join('')).toBe('aabbaabbaabb');
    expect(timings).toEqual({
      a: { best: 3, median: 4, times: [5, 3, 4] },
      b: { best: 10, median: 20, times: [20, 10, 60] },
    });
  });
});
