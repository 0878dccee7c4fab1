import { describe, expect, it } from 'vitest';
import { CLEAN, levelAt, levelsOf, logNoise, timeOfNoise } from './level.ts';
import { createSchedule } from './schedule.ts';
import { timestepPairs } from './timestep-pairs.ts';

const schedule = createSchedule({ kind: 'linear' });

describe('levelAt', () => {
  it('returns the factors of the forward process, and half the logarithm of their squared ratio', () => {
    for (const t of [0, 1, 500, 999]) {
      const level = levelAt(schedule, t);
      expect(level.alpha).toBe(schedule.sqrtAlphaBars[t]);
      expect(level.sigma).toBe(schedule.sqrtOneMinusAlphaBars[t]);
      // The tolerance allows two logarithms with an error of 1 ulp, of values up to 5.
      expect(Math.abs(level.lambda - Math.log(schedule.snr[t] ?? 0) / 2)).toBeLessThan(4e-15);
    }
  });

  it('returns the image at t = -1', () => {
    expect(levelAt(schedule, -1)).toBe(CLEAN);
    expect(CLEAN).toEqual({ t: -1, alpha: 1, sigma: 0, lambda: Number.POSITIVE_INFINITY });
  });

  it('returns the weighted geometric mean of sigma / alpha between timesteps', () => {
    const ratio = (t: number): number => {
      const { alpha, sigma } = levelAt(schedule, t);
      return sigma / alpha;
    };
    for (const [t, share] of [
      [0.5, 0.5],
      [499.25, 0.25],
      [998.75, 0.75],
    ] as const) {
      const below = Math.floor(t);
      const expected = ratio(below) ** (1 - share) * ratio(below + 1) ** share;
      // The tolerance allows rounding errors of logarithms and exponentials.
      expect(Math.abs(ratio(t) / expected - 1)).toBeLessThan(1e-14);
      const { alpha, sigma, lambda } = levelAt(schedule, t);
      expect(Math.abs(alpha ** 2 + sigma ** 2 - 1)).toBeLessThan(4e-16);
      expect(Math.abs(lambda - Math.log(alpha / sigma))).toBeLessThan(1e-14);
    }
  });

  it('refuses timesteps outside the schedule', () => {
    for (const t of [-2, -0.5, 999.5, 1000, Number.NaN]) {
      expect(() => levelAt(schedule, t)).toThrow(expect.objectContaining({ code: 'SCHEDULE_TIMESTEP' }));
    }
  });
});

describe('levelsOf', () => {
  it('lists the start of each step and the end of the last', () => {
    const steps = timestepPairs({ spacing: 'leading', steps: 4, numTrainTimesteps: 1000 });
    expect(levelsOf(schedule, steps).map(({ t }) => t)).toEqual([750, 500, 250, 0, -1]);
  });
});

describe('timeOfNoise', () => {
  it('is the inverse of levelAt, exact for whole timesteps', () => {
    for (const t of [0, 1, 17, 500, 999]) expect(timeOfNoise(schedule, logNoise(schedule, t))).toBe(t);
    for (const t of [0.5, 1.01, 499.25, 998.999]) {
      // The logarithm has errors of 1e-15, and its slope is above 0.003.
      expect(Math.abs(timeOfNoise(schedule, -levelAt(schedule, t).lambda) - t)).toBeLessThan(1e-11);
    }
  });

  it('returns the ends of the schedule for values beyond it', () => {
    expect([-50, 50].map((noise) => timeOfNoise(schedule, noise))).toEqual([0, 999]);
  });
});
