import { describe, expect, it } from 'vitest';
import { learningRateAt } from './learning-rate.ts';

describe('learningRateAt', () => {
  it('rises linearly to the base value during warmup', () => {
    const schedule = { kind: 'constant', warmupSteps: 4 } as const;
    expect([1, 2, 3, 4, 5, 1000].map((step) => learningRateAt(schedule, 8, step, 1000))).toEqual([
      2, 4, 6, 8, 8, 8,
    ]);
  });

  it('decreases with `cosine` along half a cosine wave, from the base value to nearly 0', () => {
    const schedule = { kind: 'cosine', warmupSteps: 10 } as const;
    const at = (step: number) => learningRateAt(schedule, 2, step, 110);
    expect(at(11)).toBe(2);
    // In float64, cos(π/2) is 6e-17 instead of 0.
    expect(at(61)).toBeCloseTo(1, 15);
    // The exact value is 1 + cos(π·0.99) = 2 sin²(π·0.005).
    expect(at(110)).toBeCloseTo(2 * Math.sin(Math.PI * 0.005) ** 2, 15);
    expect(at(110)).toBeGreaterThan(0);
  });

  it('decreases with `linear` along a straight line, from the base value to nearly 0', () => {
    const schedule = { kind: 'linear', warmupSteps: 10 } as const;
    const at = (step: number) => learningRateAt(schedule, 2, step, 110);
    expect([at(11), at(61), at(86)]).toEqual([2, 1, 0.5]);
    // The difference 1 − 0.99 is rounded.
    expect(at(110)).toBeCloseTo(0.02, 14);
  });

  it('decreases with `warmup-stable-decay` only in the last part of the run', () => {
    const schedule = { kind: 'warmup-stable-decay', warmupSteps: 10, decayShare: 0.25 } as const;
    const at = (step: number) => learningRateAt(schedule, 2, step, 110);
    expect([at(5), at(11), at(50), at(86)]).toEqual([1, 2, 2, 2]);
    // Half of the last 25 steps are left.
    expect(at(98.5)).toBeCloseTo(1, 14);
    expect(at(110)).toBeCloseTo(2 * (0.01 / 0.25), 14);
    // The default share is a fifth.
    const { decayShare: _, ...rest } = schedule;
    expect(learningRateAt(rest, 2, 91, 110)).toBeCloseTo(2, 14);
    expect(learningRateAt(rest, 2, 101, 110)).toBeCloseTo(1, 14);
  });

  it('begins at the base value without warmup', () => {
    expect(learningRateAt({ kind: 'constant', warmupSteps: 0 }, 0.1, 1, 10)).toBe(0.1);
    expect(learningRateAt({ kind: 'cosine', warmupSteps: 0 }, 0.1, 1, 10)).toBe(0.1);
  });

  it('reaches the base value at the end if warmup takes the whole run', () => {
    expect(learningRateAt({ kind: 'cosine', warmupSteps: 10 }, 1, 10, 10)).toBe(1);
  });
});
