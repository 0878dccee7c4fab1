import { describe, expect, it } from 'vitest';
import { levelAt, levelsOf } from './level.ts';
import { levelAtLambda } from './level-at-lambda.ts';
import { predictionsFor } from './prediction-type.ts';
import { flowVelocity, qSample, velocity } from './relations.ts';
import { createSchedule, requireDiffusion, type Schedule } from './schedule.ts';
import { parseScheduleConfig } from './schedule-config.ts';
import { spacedSteps, spacingsFor } from './spaced-steps.ts';
import { timesOf, timestepPairs } from './timestep-pairs.ts';

/**
 * IPNDMScheduler().set_timesteps(4) of diffusers 0.42.1, in float32: `betas`, `alphas` and `timesteps`. Its betas are σ, and
 * its alphas are α.
 */
const DIFFUSERS = [
  { sigma: 1, alpha: 0, t: 1 },
  { sigma: 0.8535535, alpha: 0.5210052, t: 0.6511144 },
  { sigma: 0.49999997, alpha: 0.8660254, t: 0.33333334 },
  { sigma: 0.14644663, alpha: 0.9892186, t: 0.09356732 },
] as const;

describe('a sine schedule', () => {
  it('has the levels and network times of IPNDMScheduler, followed by the image', () => {
    const schedule = createSchedule({ kind: 'sine' });
    const levels = levelsOf(schedule, spacedSteps(schedule, 'trailing', 4));
    expect(levels[0]).toEqual({ t: 1, alpha: 0, sigma: 1, lambda: Number.NEGATIVE_INFINITY });
    for (const [k, known] of DIFFUSERS.entries()) {
      const found = levels[k] ?? levelAt(schedule, -1);
      // The tolerance allows three roundings of float32 numbers below 1.
      for (const name of ['t', 'alpha', 'sigma'] as const)
        expect(Math.abs(found[name] - known[name]), name).toBeLessThan(2e-7);
    }
    expect(levels[4]).toMatchObject({ t: -1, alpha: 1, sigma: 0 });
  });

  it('has σ = sin²(π s / 2) without cancellation, for every s = (t + 1) / T', () => {
    const schedule = createSchedule({ kind: 'sine', numTrainTimesteps: 100_000 });
    for (const t of [0, 1, 999, 49_999, 77_777, 99_998]) {
      const angle = (Math.PI / 2) * ((t + 1) / 100_000);
      const sigma = Math.sin(angle) ** 2;
      expect((schedule.sigmas[t] ?? 0) / sigma).toBeCloseTo(1, 14);
      // 1 - σ = cos², and cos of an angle rounded near π/2 is off by 1e-16 of 1.6e-5.
      const alpha = Math.cos(angle) * Math.sqrt(1 + sigma);
      expect((schedule.alphas[t] ?? 0) / alpha).toBeCloseTo(1, 10);
      expect((schedule.snr[t] ?? 0) / (alpha / sigma) ** 2).toBeCloseTo(1, 9);
    }
    expect([schedule.alphas.at(-1), schedule.sigmas.at(-1), schedule.snr.at(-1)]).toEqual([0, 1, 0]);
  });

  it('gives the network the angle of (α, σ) at fractional timesteps and at levels of a given λ', () => {
    const schedule = createSchedule({ kind: 'sine', numTrainTimesteps: 100 });
    for (const t of [98.75, 49, 0.5, 0, -0.5, -0.999]) {
      const level = levelAt(schedule, t);
      const angle = (2 / Math.PI) * Math.atan2(level.sigma, level.alpha);
      expect(level.t / angle).toBeCloseTo(1, 14);
      expect(Math.hypot(level.alpha, level.sigma)).toBeCloseTo(1, 15);
      const again = levelAtLambda(schedule, level.lambda);
      for (const name of ['t', 'alpha', 'sigma'] as const)
        expect(again[name] / level[name]).toBeCloseTo(1, 12);
    }
    for (const wrong of [-1.5, 99.5, Number.NaN]) {
      expect(() => levelAt(schedule, wrong)).toThrow(expect.objectContaining({ code: 'SCHEDULE_TIMESTEP' }));
    }
  });

  it('mixes images and noise, and its velocity is the derivative of the mix with respect to the angle', () => {
    const schedule = createSchedule({ kind: 'sine', numTrainTimesteps: 2 });
    const [x0, eps] = [Float32Array.of(1, -0.5), Float32Array.of(-2, 0.25)];
    // s = 1/2: σ = 1/2 and α = √3/2.
    const alpha = Math.sqrt(3) / 2;
    for (const [i, value] of qSample(schedule, x0, [0], eps).entries())
      expect(value).toBeCloseTo(alpha * (x0[i] ?? 0) + 0.5 * (eps[i] ?? 0), 6);
    for (const [i, value] of velocity(schedule, x0, [0], eps).entries())
      expect(value).toBeCloseTo(alpha * (eps[i] ?? 0) - 0.5 * (x0[i] ?? 0), 6);
    expect([...velocity(schedule, x0, [1], eps)]).toEqual([-1, 0.5]);
    expect(() => velocity(createSchedule({ kind: 'flow' }), x0, [0], flowVelocity(x0, eps))).toThrow(
      expect.objectContaining({ code: 'SCHEDULE_PROCESS' }),
    );
  });

  it('accepts only v-prediction, and only spacing trailing or a list of times', () => {
    expect(predictionsFor('sine')).toEqual(['v_prediction']);
    expect(spacingsFor('sine')).toEqual(['trailing']);
    const schedule = createSchedule({ kind: 'sine', numTrainTimesteps: 10 });
    expect(spacedSteps(schedule, 'trailing', 4).map(([t]) => t)).toEqual([9, 6.5, 4, 1.5]);
    expect(timestepPairs({ spacing: [9, -0.75], ...timesOf(schedule.config) })).toEqual([
      [9, -0.75],
      [-0.75, -1],
    ]);
    for (const [spacing, problem] of [
      ['linspace', 'spacing is "linspace"; expected trailing or an array of timesteps for a sine schedule'],
      ['karras', 'spacing is "karras"'],
      [{ rule: 'trailing', end: 'timestep0' }, 'end is given for a sine schedule'],
    ] as const) {
      expect(() => spacedSteps(schedule, spacing, 4)).toThrow(
        expect.objectContaining({ code: 'SCHEDULE_SPACING', message: expect.stringContaining(problem) }),
      );
    }
  });

  it('refuses keys of other kinds, and is refused by functions that need β', () => {
    for (const [config, problem] of [
      [{ kind: 'sine', shift: 2 }, 'unknown "shift" for kind "sine"; expected numTrainTimesteps'],
      [{ kind: 'sine', zeroTerminalSnr: true }, 'unknown "zeroTerminalSnr" for kind "sine"'],
      [{ kind: 'sine', numTrainTimesteps: 0 }, 'numTrainTimesteps is 0'],
    ] as const) {
      expect(() => parseScheduleConfig(config)).toThrow(
        expect.objectContaining({ code: 'SCHEDULE_CONFIG', message: expect.stringContaining(problem) }),
      );
    }
    const schedule: Schedule = createSchedule({ kind: 'sine' });
    expect(() => requireDiffusion('test', schedule)).toThrow('test: the schedule is sine, which has no beta');
  });
});
