import { describe, expect, it } from 'vitest';
import { timestepStrata } from './timestep-strata.ts';

describe('timestepStrata', () => {
  it.each([
    [1000, 50],
    [1000, 1000],
    [1000, 999],
    [1000, 2],
    [10, 7],
    [1, 1],
  ])('puts each of %d timesteps into one of %d strata', (T, count) => {
    const strata = timestepStrata(T, count);
    expect(strata).toHaveLength(count);
    expect(
      strata.flatMap(({ first, count: size }) => Array.from({ length: size }, (_, k) => first + k)),
    ).toEqual(Array.from({ length: T }, (_, t) => t));
    expect(strata[0]).toEqual({ first: 0, count: 1 });
    expect(strata.every(({ count: size }) => size >= 1)).toBe(true);
  });

  it('makes the strata of small timesteps smaller', () => {
    const sizes = timestepStrata(1000, 50).map(({ count }) => count);
    expect(sizes.slice(0, 8)).toEqual([1, 1, 1, 2, 3, 3, 5, 5]);
    expect(sizes.at(-1)).toBe(40);
  });

  it('refuses counts out of range', () => {
    for (const count of [0, 1, 11, 2.5])
      expect(() => timestepStrata(10, count)).toThrow('expected a whole number from 2 to 10');
  });
});
