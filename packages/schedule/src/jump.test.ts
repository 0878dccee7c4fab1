import { describe, expect, it } from 'vitest';
import { jump } from './jump.ts';
import { createSchedule } from './schedule.ts';

const schedule = createSchedule({ kind: 'cosine' });

describe('jump', () => {
  it('over one timestep equals the tables bit for bit', () => {
    for (const t of [0, 1, 2, 500, 998, 999]) {
      const at = jump(schedule, t, t - 1);
      expect(at.beta).toBe(schedule.betas[t]);
      expect(at.alpha).toBe(schedule.alphas[t]);
      expect(at.posteriorMeanCoef1).toBe(schedule.posteriorMeanCoef1[t]);
      expect(at.posteriorMeanCoef2).toBe(schedule.posteriorMeanCoef2[t]);
      expect(at.posteriorVariance).toBe(schedule.posteriorVariance[t]);
    }
  });

  it('over several timesteps has the product of their α, and β = 1 − α', () => {
    for (const [t, tPrev] of [
      [20, 0],
      [500, 480],
      [980, 20],
      [999, 500],
    ] as const) {
      const at = jump(schedule, t, tPrev);
      const alpha = schedule.alphas.slice(tPrev + 1, t + 1).reduce((product, each) => product * each, 1);
      // The tolerance allows the rounding of up to 1000 factors.
      expect(Math.abs(at.alpha / alpha - 1)).toBeLessThan(2e-13);
      expect(Math.abs(at.beta / (1 - alpha) - 1)).toBeLessThan(1e-11); // 1 - α cancels: an error of 1e-16 on β > 1e-4
    }
  });

  it('maps the marginal q(x_t | x_0) to q(x_tPrev | x_0) for any length', () => {
    for (const [t, tPrev] of [
      [999, 0],
      [980, 960],
      [7, -1],
      [500, 20],
      [500.25, 20.75],
      [0.5, 0.25],
    ] as const) {
      const at = jump(schedule, t, tPrev);
      const mean = at.posteriorMeanCoef1 + at.posteriorMeanCoef2 * at.sqrtAlphaBar;
      const variance = (at.posteriorMeanCoef2 * at.sqrtOneMinusAlphaBar) ** 2 + at.posteriorVariance;
      expect(Math.abs(mean - at.sqrtAlphaBarPrev)).toBeLessThan(1e-13); // sums of rounded products of 1000 terms
      expect(Math.abs(variance - at.oneMinusAlphaBarPrev)).toBeLessThan(1e-13);
    }
  });

  it('to the image gives x0 without variance', () => {
    const at = jump(schedule, 40, -1);
    expect(at.posteriorMeanCoef1).toBeCloseTo(1, 14); // β / (1-ᾱ_t), equal up to rounding
    expect(at.posteriorMeanCoef2).toBe(0);
    expect(at.posteriorVariance).toBe(0);
  });

  it('refuses tPrev >= t, and timesteps outside the schedule', () => {
    for (const [t, tPrev] of [
      [5, 5],
      [5, 6],
      [5, -2],
      [5, -0.5],
      [999.5, 3],
      [1000, 3],
      [-1, -2],
    ] as const) {
      expect(() => jump(schedule, t, tPrev)).toThrow(expect.objectContaining({ code: 'SCHEDULE_TIMESTEP' }));
    }
  });
});
