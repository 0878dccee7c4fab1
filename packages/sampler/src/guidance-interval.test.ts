import { CLEAN, createSchedule, levelAt } from '@isonoise/schedule';
import { describe, expect, it } from 'vitest';
import { isGuidanceInterval, isInInterval } from './guidance-interval.ts';

describe('isGuidanceInterval', () => {
  it('accepts two increasing limits, and null for no limit', () => {
    for (const value of [
      [0, 1],
      [0.2, 5.42],
      [3, null],
      [null, 3],
      [null, null],
    ])
      expect(isGuidanceInterval(value)).toBe(true);
  });

  it('refuses other values', () => {
    const wrong = [null, 1, [1], [1, 1], [2, 1], [-1, 1], [-0, 1], [0, 1, 2], ['0', 1], [0, Number.NaN]];
    for (const value of [...wrong, [0, Number.POSITIVE_INFINITY], [1, undefined]])
      expect(isGuidanceInterval(value)).toBe(false);
  });
});

describe('isInInterval', () => {
  const noise = (ratio: number) => ({ alpha: 0.5, sigma: 0.5 * ratio });

  it('excludes the lower limit and includes the upper one', () => {
    expect([0.25, 0.5, 1, 2, 4].map((ratio) => isInInterval([0.5, 2], noise(ratio)))).toEqual([
      false,
      false,
      true,
      true,
      false,
    ]);
  });

  it('treats null as no limit, and is true at every level without an interval', () => {
    expect(isInInterval([0.5, null], { alpha: 0, sigma: 1 })).toBe(true);
    expect(isInInterval([0.5, 1e9], { alpha: 0, sigma: 1 })).toBe(false);
    expect(isInInterval([null, 1], CLEAN)).toBe(true);
    expect(isInInterval([0, 1], CLEAN)).toBe(false);
    expect(isInInterval(null, CLEAN)).toBe(true);
  });

  it('compares σ/α of the schedule', () => {
    // ᾱ of timestep 1 is 0.5 · 0.4 = 0.2, so σ/α = √(0.8/0.2) = 2.
    const schedule = createSchedule({ kind: 'trained', betas: [0.5, 0.6] });
    expect(isInInterval([1.99, 2.01], levelAt(schedule, 1))).toBe(true);
    expect(isInInterval([1, 1.99], levelAt(schedule, 1))).toBe(false);
  });
});
