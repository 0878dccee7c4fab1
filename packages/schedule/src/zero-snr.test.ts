import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { levelAt, levelsOf } from './level.ts';
import { pureNoiseProblem } from './prediction-type.ts';
import { createSchedule } from './schedule.ts';
import { parseScheduleConfig } from './schedule-config.ts';
import { spacedSteps } from './spaced-steps.ts';

interface Table {
  readonly t: readonly number[];
  readonly betas: readonly number[];
  readonly alphaBars: readonly number[];
}
const { tables } = JSON.parse(
  readFileSync(new URL('../testdata/zero-snr.json', import.meta.url), 'utf8'),
) as { readonly tables: Readonly<Record<'linear' | 'scaledLinear' | 'cosine', Table>> };

describe('zeroTerminalSnr', () => {
  it.each(['linear', 'scaledLinear', 'cosine'] as const)(
    'rescales the betas of %s as diffusers does',
    (kind) => {
      const schedule = createSchedule({ kind, zeroTerminalSnr: true });
      const { t, betas, alphaBars } = tables[kind];
      t.forEach((timestep, i) => {
        // β = 1 - ᾱ_t / ᾱ_{t-1} loses digits by cancellation. Its absolute error is 2^-53 plus the rounding errors of
        // 1000 factors.
        expect(Math.abs((schedule.betas[timestep] ?? 0) - (betas[i] ?? 0))).toBeLessThan(1e-12);
        expect(Math.abs((schedule.alphaBars[timestep] ?? 0) - (alphaBars[i] ?? 0))).toBeLessThan(1e-12);
      });
    },
  );

  it('ends in pure noise, keeps its first value, and has finite tables', () => {
    const schedule = createSchedule({ kind: 'linear', numTrainTimesteps: 10, zeroTerminalSnr: true });
    expect(schedule.alphaBars.at(-1)).toBe(0);
    expect(schedule.betas.at(-1)).toBe(1);
    expect(schedule.snr.at(-1)).toBe(0);
    const plain = createSchedule({ kind: 'linear', numTrainTimesteps: 10 });
    expect(schedule.alphaBars[0]).toBeCloseTo(plain.alphaBars[0] as number, 15);
    for (const table of Object.values(schedule).filter((each) => Array.isArray(each)))
      expect(table.every(Number.isFinite)).toBe(true);
    expect(levelAt(schedule, 9)).toEqual({ t: 9, alpha: 0, sigma: 1, lambda: Number.NEGATIVE_INFINITY });
    const between = levelAt(schedule, 8.5);
    expect(between.sigma / between.alpha).toBeGreaterThan(
      levelAt(schedule, 8).sigma / levelAt(schedule, 8).alpha,
    );
    expect(Number.isFinite(between.lambda)).toBe(true);
  });

  it.each(['linear', 'scaledLinear', 'cosine'] as const)(
    'makes the noise level of %s increase strictly up to the last timestep',
    (kind) => {
      const schedule = createSchedule({ kind, zeroTerminalSnr: true });
      const times = [997, 997.5, 998, 998.25, 998.5, 998.75, 999];
      const lambdas = times.map((t) => levelAt(schedule, t).lambda);
      expect(lambdas).toEqual([...new Set(lambdas)].sort((a, b) => b - a));
    },
  );

  it('has the largest sigma of diffusers, 4096, in grids of sigmas', () => {
    const schedule = createSchedule({ kind: 'linear', zeroTerminalSnr: true });
    const levels = levelsOf(schedule, spacedSteps(schedule, 'karras', 3));
    expect(levels.map(({ alpha }) => alpha > 0)).toEqual([false, true, true, true]);
    // The middle sigma is ((sigma_max^(1/7) + sigma_min^(1/7)) / 2)^7, where sigma_max = √(2^24 - 1).
    const { alpha, sigma } = levelAt(schedule, 0);
    const least = (sigma / alpha) ** (1 / 7);
    const middle = (((2 ** 24 - 1) ** (1 / 14) + least) / 2) ** 7;
    const found = levels[1] ?? { alpha: 1, sigma: 0 };
    expect(found.sigma / found.alpha / middle).toBeCloseTo(1, 9);
  });

  it('is part of a config only if it is on', () => {
    expect(parseScheduleConfig({ kind: 'cosine', zeroTerminalSnr: false })).not.toHaveProperty(
      'zeroTerminalSnr',
    );
    expect(parseScheduleConfig({ kind: 'trained', betas: [0.1, 0.2], zeroTerminalSnr: true })).toEqual({
      kind: 'trained',
      betas: [0.1, 0.2],
      zeroTerminalSnr: true,
    });
  });

  it.each([
    [{ kind: 'linear', numTrainTimesteps: 1, zeroTerminalSnr: true }, 'with 1 timestep; expected at least 2'],
    [{ kind: 'constant', zeroTerminalSnr: 1 }, 'zeroTerminalSnr is 1; expected true or false'],
    [{ kind: 'flow', zeroTerminalSnr: true }, 'unknown "zeroTerminalSnr" for kind "flow"'],
  ])('is refused in %j', (config, problem) => {
    expect(() => parseScheduleConfig(config)).toThrow(problem);
  });

  it.each([
    ['divides by 0', { kind: 'constant', beta: 2 ** -53, numTrainTimesteps: 2 }, 'beta at t = 0 is NaN'],
    [
      'leaves a step without noise',
      { kind: 'constant', beta: 2 ** -53, numTrainTimesteps: 3 },
      'beta at t = 1 is 0',
    ],
    [
      'loses the image too early',
      { kind: 'linear', numTrainTimesteps: 100_000 },
      'nothing is left of the image',
    ],
  ] as const)('is refused if rescaling %s', (_, config, problem) => {
    expect(() => createSchedule({ ...config, zeroTerminalSnr: true })).toThrow(problem);
  });

  it('does not allow prediction type epsilon at the last timestep', () => {
    const config = parseScheduleConfig({ kind: 'linear', zeroTerminalSnr: true });
    expect(pureNoiseProblem(config, 'epsilon', [999, 499])).toContain(
      'epsilon at timestep 999, which is pure noise',
    );
    expect(pureNoiseProblem(config, 'epsilon', [998])).toBeNull();
    expect(pureNoiseProblem(config, 'v_prediction', [999])).toBeNull();
    expect(pureNoiseProblem(parseScheduleConfig({ kind: 'linear' }), 'epsilon', [999])).toBeNull();
  });
});
