import { describe, expect, it } from 'vitest';
import { CLEAN, levelAt, levelsOf } from './level.ts';
import { createSchedule } from './schedule.ts';
import { timestepPairs } from './timestep-pairs.ts';

const schedule = createSchedule({ kind: 'linear' });

describe('levelAt', () => {
  it('has the factors of the forward process and half the log of their squared ratio', () => {
    for (const t of [0, 1, 500, 999]) {
      const level = levelAt(schedule, t);
      expect(level.alpha).toBe(schedule.sqrtAlphaBars[t]);
      expect(level.sigma).toBe(schedule.sqrtOneMinusAlphaBars[t]);
      // Two logarithms of 1 ulp each, of values up to 5.
      expect(Math.abs(level.lambda - Math.log(schedule.snr[t] ?? 0) / 2)).toBeLessThan(4e-15);
    }
  });

  it('returns the image at t = -1', () => {
    expect(levelAt(schedule, -1)).toBe(CLEAN);
    expect(CLEAN).toEqual({ t: -1, alpha: 1, sigma: 0, lambda: Number.POSITIVE_INFINITY });
  });

  it('refuses timesteps outside the schedule', () => {
    for (const t of [-2, 1000, -0.5, 999.5, Number.NaN]) {
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
