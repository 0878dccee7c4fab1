import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createSchedule, type Schedule } from './schedule.ts';
import { type DiffusionConfig, MAX_TRAIN_TIMESTEPS, type ScheduleConfig } from './schedule-config.ts';

type TableName =
  | 'betas'
  | 'alphaBars'
  | 'oneMinusAlphaBars'
  | 'snr'
  | 'posteriorMeanCoef1'
  | 'posteriorMeanCoef2'
  | 'posteriorVariance'
  | 'posteriorLogVarianceClipped';

interface Reference {
  readonly shown: readonly number[];
  readonly diffusers: Record<string, { readonly betas: number[]; readonly alphaBars: number[] }>;
  readonly [exact: `exact:${string}`]: Record<TableName, readonly number[]>;
}
const reference = JSON.parse(
  readFileSync(new URL('../testdata/reference.json', import.meta.url), 'utf8'),
) as Reference;

const KINDS = ['linear', 'quadratic', 'scaledLinear', 'sigmoid', 'cosine', 'constant'] as const;

describe('createSchedule', () => {
  it.each(KINDS)('agrees with 50-digit arithmetic for %s', (kind) => {
    const schedule = createSchedule({ kind });
    const exact = reference[`exact:${kind}`];
    if (exact === undefined) throw new Error(`no reference for ${kind}`);
    for (const [name, values] of Object.entries(exact) as [TableName, number[]][]) {
      reference.shown.forEach((t, i) => {
        const expected = values[i] ?? Number.NaN;
        const got = schedule[name][t] ?? Number.NaN;
        // Products and sums of T = 1000 terms, each rounded at 1.1e-16: 1e-13 at worst. The β of the cosine is 1 minus
        // a ratio near 1 (β_0 = 4e-5), so its relative error is 1.1e-16 / 4e-5 = 3e-12, and a few times that in values
        // derived from β. At the other end, ᾱ is a ratio of squared cosines near their zero.
        const relative = kind === 'cosine' ? 2e-11 : 2e-13;
        const error = expected === 0 ? Math.abs(got) : Math.abs(got / expected - 1);
        expect({ name, t, close: error <= relative, got, expected }).toMatchObject({ close: true });
      });
    }
  });

  it.each(Object.entries(reference.diffusers))(
    'agrees with the float32 tables of diffusers for %s',
    (kind, tables) => {
      const schedule = createSchedule({ kind } as DiffusionConfig);
      reference.shown.forEach((t, i) => {
        // β < 1 rounded to float32: 3e-8 at most, and far less for ramps below 0.02.
        const beta = tables.betas[i] ?? Number.NaN;
        expect(Math.abs((schedule.betas[t] ?? 0) - beta)).toBeLessThan(beta > 0.02 ? 4e-8 : 4e-9);
        // ᾱ: a float32 product of up to 1000 factors drifts by about 1e-5 of its value.
        expect(Math.abs((schedule.alphaBars[t] ?? 0) / (tables.alphaBars[i] ?? 0) - 1)).toBeLessThan(5e-5);
      });
    },
  );

  it('uses given betas', () => {
    const schedule = createSchedule({ kind: 'trained', betas: [0.1, 0.2, 0.5] });
    expect(schedule.numTrainTimesteps).toBe(3);
    expect(schedule.betas).toEqual([0.1, 0.2, 0.5]);
    // Computed by hand: ᾱ = 0.9, 0.72, 0.36; β̃_1 = 0.2 · 0.1 / 0.28, β̃_2 = 0.5 · 0.28 / 0.64. toBeCloseTo(…, 15): 5e-16.
    [0.9, 0.72, 0.36].forEach((expected, t) => {
      expect(schedule.alphaBars[t]).toBeCloseTo(expected, 15);
    });
    expect(schedule.posteriorVariance[0]).toBe(0);
    expect(schedule.posteriorVariance[1]).toBeCloseTo(0.02 / 0.28, 15);
    expect(schedule.posteriorVariance[2]).toBeCloseTo(0.14 / 0.64, 15);
    expect(schedule.posteriorMeanCoef2[2]).toBeCloseTo((Math.SQRT1_2 * 0.28) / 0.64, 15);
  });

  it('uses x0 as the previous image at t = 0', () => {
    for (const kind of KINDS) {
      const schedule = createSchedule({ kind });
      expect(schedule.alphaBarsPrev[0]).toBe(1);
      expect(schedule.posteriorMeanCoef1[0]).toBe(1);
      expect(schedule.posteriorMeanCoef2[0]).toBe(0);
      expect(schedule.posteriorVariance[0]).toBe(0);
      expect(schedule.posteriorLogVarianceClipped[0]).toBe(schedule.posteriorLogVarianceClipped[1]);
    }
  });

  it('returns immutable schedules', () => {
    const schedule = createSchedule({ kind: 'linear', numTrainTimesteps: 10 });
    for (const value of Object.values(schedule)) {
      if (typeof value === 'object') expect(Object.isFrozen(value)).toBe(true);
    }
    expect(Object.isFrozen(schedule)).toBe(true);
  });

  it('does not share given betas with the caller', () => {
    const betas = [0.1, 0.2];
    const schedule = createSchedule({ kind: 'trained', betas });
    betas[0] = 0.5;
    expect(schedule.betas[0]).toBe(0.1);
    expect(schedule.config).toEqual({ kind: 'trained', betas: [0.1, 0.2] });
  });

  it('has finite values for a single timestep', () => {
    const schedule: Schedule = createSchedule({ kind: 'linear', numTrainTimesteps: 1 });
    for (const value of Object.values(schedule)) {
      if (Array.isArray(value)) expect(value.every(Number.isFinite)).toBe(true);
    }
  });

  // At the limits of a config, every table is finite. Beyond them, the config is refused.
  it.each<[string, DiffusionConfig]>([
    ['the smallest betas', { kind: 'constant', beta: 2 ** -53 }],
    ['a jump between extremes', { kind: 'trained', betas: [2 ** -53, 1 - 2 ** -53, 2 ** -53] }],
    ['the steepest ramp', { kind: 'quadratic', betaStart: 2 ** -53, betaEnd: 0.9, numTrainTimesteps: 100 }],
    ['a capped cosine', { kind: 'cosine', maxBeta: 2 ** -53 }],
    ['the most timesteps', { kind: 'cosine', numTrainTimesteps: MAX_TRAIN_TIMESTEPS }],
  ])('has finite tables for %s', (_what, config) => {
    const { posteriorVariance, ...rest } = createSchedule(config);
    for (const values of [posteriorVariance.slice(1), ...Object.values(rest).filter(Array.isArray)]) {
      expect(values.every(Number.isFinite)).toBe(true);
    }
    expect(posteriorVariance.slice(1).every((variance) => variance > 0)).toBe(true);
  });

  it.each<ScheduleConfig>([
    { kind: 'linear', numTrainTimesteps: MAX_TRAIN_TIMESTEPS },
    { kind: 'constant', beta: 1 - 2 ** -53 },
    { kind: 'trained', betas: new Array<number>(1000).fill(0.9) },
  ])('refuses betas for which alphaBar underflows: %j', (config) => {
    expect(() => createSchedule(config)).toThrow(
      expect.objectContaining({
        code: 'SCHEDULE_CONFIG',
        message: expect.stringMatching(
          /alphaBar at t = \d+ of \d+ is so small .*; expected at least 2\.2\d+e-308/,
        ),
      }),
    );
  });

  it('makes an equal schedule from the config of a schedule', () => {
    for (const kind of KINDS) {
      const schedule = createSchedule({ kind, numTrainTimesteps: 37 });
      expect(createSchedule(JSON.parse(JSON.stringify(schedule.config)))).toEqual(schedule);
    }
  });
});
