import { describe, expect, it } from 'vitest';
import { levelAt } from './level.ts';
import { predictionsFor } from './prediction-type.ts';
import { flowVelocity, qSample } from './relations.ts';
import { createSchedule, requireDiffusion, type Schedule } from './schedule.ts';
import { parseScheduleConfig } from './schedule-config.ts';
import { spacedSteps } from './spaced-steps.ts';
import { timesOf, timestepPairs } from './timestep-pairs.ts';

describe('a flow schedule', () => {
  it('has σ = s u / (1 + (s - 1) u) with u = (t + 1) / T, exactly 1 at the end', () => {
    for (const shift of [1, 0.5, 1.15, 3]) {
      const { sigmas, snr } = createSchedule({ kind: 'flow', shift });
      for (const t of [0, 10, 500, 998]) {
        const u = (t + 1) / 1000;
        expect(sigmas[t]).toBeCloseTo((shift * u) / (1 + (shift - 1) * u), 14);
        expect(snr[t]).toBeCloseTo(((1 - (sigmas[t] ?? 0)) / (sigmas[t] ?? 0)) ** 2, 6);
      }
      expect([sigmas[999], snr[999]]).toEqual([1, 0]);
    }
  });

  it('passes T σ to the network, even at fractional timesteps', () => {
    const schedule = createSchedule({ kind: 'flow', numTrainTimesteps: 100, shift: 2 });
    expect(levelAt(schedule, 99)).toEqual({ t: 100, alpha: 0, sigma: 1, lambda: Number.NEGATIVE_INFINITY });
    const { t, alpha, sigma, lambda } = levelAt(schedule, 24);
    // u = 1/4: σ = 2/5.
    expect([t, alpha, sigma]).toEqual([40, 0.6, 0.4]);
    expect(lambda).toBeCloseTo(Math.log(1.5), 14);
    expect(levelAt(schedule, -0.5).sigma).toBeCloseTo(0.01 / 1.005, 15);
    for (const wrong of [-1.5, 99.5, Number.NaN]) {
      expect(() => levelAt(schedule, wrong)).toThrow(expect.objectContaining({ code: 'SCHEDULE_TIMESTEP' }));
    }
  });

  it('mixes images and noise along a straight line whose slope is the velocity', () => {
    const schedule = createSchedule({ kind: 'flow', numTrainTimesteps: 4 });
    const [x0, eps] = [Float32Array.of(1, -0.5), Float32Array.of(-2, 0.25)];
    // σ = (t + 1) / 4, and all numbers are multiples of powers of 2.
    expect([...qSample(schedule, x0, [1], eps)]).toEqual([-0.5, -0.125]);
    expect([...qSample(schedule, x0, [3], eps)]).toEqual([...eps]);
    expect([...flowVelocity(x0, eps)]).toEqual([-3, 0.75]);
    expect(() => flowVelocity(x0, eps.subarray(1))).toThrow(
      expect.objectContaining({ code: 'SCHEDULE_SHAPE' }),
    );
  });

  it('refuses numbers out of range and keys of other kinds', () => {
    for (const [config, problem] of [
      [{ kind: 'flow', shift: 0 }, 'shift is 0; expected a number in [0.01, 100]'],
      [{ kind: 'flow', shift: 101 }, 'shift is 101'],
      [{ kind: 'flow', numTrainTimesteps: 0 }, 'numTrainTimesteps is 0'],
      [{ kind: 'flow', betaStart: 0.1 }, 'unknown "betaStart" for kind "flow"'],
    ] as const) {
      expect(() => parseScheduleConfig(config)).toThrow(
        expect.objectContaining({ code: 'SCHEDULE_CONFIG', message: expect.stringContaining(problem) }),
      );
    }
  });

  it('is rejected by functions that need β', () => {
    const schedule: Schedule = createSchedule({ kind: 'flow' });
    expect(() => requireDiffusion('test', schedule)).toThrow(
      expect.objectContaining({
        code: 'SCHEDULE_PROCESS',
        message: expect.stringContaining('test: the schedule is flow, which has no beta'),
      }),
    );
  });

  it('accepts only the velocity, which other schedules reject', () => {
    expect(predictionsFor('flow')).toEqual(['flow']);
    expect(predictionsFor('cosine')).toEqual(['epsilon', 'sample', 'v_prediction']);
  });
});

describe('timesteps of a flow schedule', () => {
  const schedule = createSchedule({ kind: 'flow' });
  const times = timesOf(schedule.config);

  it('are fractional and start at pure noise', () => {
    const t = (spacing: 'linspace' | 'trailing', steps: number) =>
      spacedSteps(schedule, spacing, steps).map(([t]) => t);
    expect(t('trailing', 3)).toEqual([999, 2000 / 3 - 1, 1000 / 3 - 1]);
    expect(t('linspace', 5)).toEqual([999, 749.25, 499.5, 249.75, 0]);
    expect(t('linspace', 1)).toEqual([999]);
    expect(timestepPairs({ spacing: [999, 0.5, -0.75], ...times })).toEqual([
      [999, 0.5],
      [0.5, -0.75],
      [-0.75, -1],
    ]);
  });

  it('reject the spacings and variants that only diffusion has', () => {
    for (const [spacing, problem] of [
      [
        'leading',
        'spacing is "leading"; expected linspace, trailing or an array of timesteps for a flow schedule',
      ],
      ['karras', 'spacing is "karras"'],
      [{ rule: 'linspace', omitLast: true }, 'omitLast is given for a flow schedule'],
      [{ rule: 'trailing', end: 'timestep0' }, 'end is given'],
    ] as const) {
      expect(() => spacedSteps(schedule, spacing, 4)).toThrow(
        expect.objectContaining({ code: 'SCHEDULE_SPACING', message: expect.stringContaining(problem) }),
      );
    }
  });

  it('are in (-1, T - 1]', () => {
    for (const spacing of [[999.5], [5, -1], [5, 5]]) {
      expect(() => timestepPairs({ spacing, ...times })).toThrow(
        expect.objectContaining({ code: 'SCHEDULE_SPACING' }),
      );
    }
  });
});
