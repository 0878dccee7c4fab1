// Tests the samplers in float64 on data whose exact network is known, without another implementation.
import { createSchedule, levelsOf, timestepPairs } from '@isonoise/schedule';
import { describe, expect, it } from 'vitest';
import { followRows } from '../testdata/follow-rows.ts';
import { mixtureEps } from '../testdata/mixture.ts';
import type { NetworkRow, Row } from './row.ts';
import { type SamplerName, samplers, samplersFor, samplersWith } from './sampler-table.ts';
import type { SamplerSettings } from './settings.ts';

const T = 100_000;
// The schedule is so fine that the steps of a long run have nearly equal lengths.
const schedule = createSchedule({ kind: 'constant', beta: 8e-5, numTrainTimesteps: T });

const rowsFor = (
  name: SamplerName,
  timesteps: readonly number[],
  settings: SamplerSettings = {},
): readonly Row[] => {
  const steps = timestepPairs({ spacing: timesteps, numTrainTimesteps: T });
  return samplers[name].rows({ schedule, levels: levelsOf(schedule, steps) }, settings);
};

const [FIRST, LAST] = [50_000, 2_000];

/** n steps from t = 50,000 to 2,000, equal in t, then the step to the image. */
const equal = (n: number): number[] =>
  Array.from({ length: n + 1 }, (_, i) => Math.round(FIRST - ((FIRST - LAST) * i) / n));

/**
 * The same grid, but the first steps are shorter: their lengths grow from 1. A multistep method starts with order 1, so
 * the error of long first steps would dominate.
 */
function ramped(n: number): number[] {
  const stride = (FIRST - LAST) / n;
  const start: number[] = [FIRST, FIRST - 1, FIRST - 2];
  for (let step = 1.5; step < stride; step *= 1.5) start.push(Math.floor((start.at(-1) as number) - step));
  const begin = start.at(-1) as number;
  const rest = Math.round((begin - LAST) / stride);
  return [
    ...start,
    ...Array.from({ length: rest }, (_, i) => Math.round(begin - ((begin - LAST) * (i + 1)) / rest)),
  ];
}

const START = Float64Array.from([-1.6, -0.8, -0.1, 0.4, 1.3]);

/** The images before the step to the image itself. */
function solve(
  name: SamplerName,
  timesteps: readonly number[],
  settings: SamplerSettings = {},
): Float64Array {
  const rows = rowsFor(name, timesteps, settings);
  const found = followRows(rows.slice(0, -1), {
    predictionType: 'epsilon',
    start: START,
    answer: (_, at, x) => x.map((value) => mixtureEps(at, value)),
  });
  return found.at(-1) ?? START;
}

const largestDifference = (a: Float64Array, b: Float64Array): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? Number.NaN))), 0);

interface Order {
  readonly name: SamplerName;
  readonly order: number;
  /** Numbers of steps; the order is measured with the last two. */
  readonly counts: readonly number[];
  readonly settings?: SamplerSettings;
}

describe('on a mixture of two Gaussians, the error', () => {
  const exact = solve('lms', ramped(8000));
  const FEW = [64, 128, 256, 512];
  const MANY = [512, 1024, 2048];
  const ORDERS: readonly Order[] = [
    { name: 'ddim', order: 1, counts: FEW },
    { name: 'euler', order: 1, counts: FEW },
    { name: 'euler-ancestral', order: 1, counts: FEW, settings: { eta: 0 } },
    { name: 'heun', order: 2, counts: FEW },
    { name: 'dpm2', order: 2, counts: FEW },
    { name: 'dpm2-ancestral', order: 2, counts: FEW, settings: { eta: 0 } },
    { name: 'dpmpp-sde', order: 2, counts: FEW, settings: { eta: 0 } },
    { name: 'tcd', order: 1, counts: FEW, settings: { eta: 0 } },
    { name: 'dpmpp-2m', order: 2, counts: FEW },
    { name: 'dpmpp-2m', order: 2, counts: FEW, settings: { solverType: 'heun' } },
    { name: 'dpmpp-2m-sde', order: 2, counts: FEW, settings: { eta: 0 } },
    { name: 'dpmpp-2s', order: 2, counts: FEW },
    { name: 'dpmpp-2s', order: 2, counts: FEW, settings: { solverType: 'heun' } },
    // The order is 3 if the steps of a block are nearly equal, as in fine grids.
    { name: 'dpmpp-3s', order: 3, counts: MANY },
    { name: 'dpmpp-3s', order: 3, counts: MANY, settings: { solverType: 'heun' } },
    { name: 'dpm-2m', order: 2, counts: FEW },
    { name: 'dpm-2m', order: 2, counts: FEW, settings: { solverType: 'heun' } },
    { name: 'dpm-2m-sde', order: 2, counts: FEW, settings: { eta: 0 } },
    { name: 'dpm-2s', order: 2, counts: FEW },
    { name: 'dpm-3s', order: 3, counts: MANY },
    { name: 'deis', order: 1, counts: FEW, settings: { order: 1 } },
    { name: 'deis', order: 2, counts: FEW },
    { name: 'deis', order: 3, counts: MANY, settings: { order: 3 } },
    { name: 'deis', order: 4, counts: MANY, settings: { order: 4, lowerOrderFinal: false } },
    // As published and as in diffusers, the second difference has half of the weight that order 3 requires.
    { name: 'dpmpp-3m', order: 2, counts: FEW },
    { name: 'dpmpp-3m-sde', order: 2, counts: FEW, settings: { eta: 0 } },
    { name: 'dpm-3m', order: 2, counts: FEW },
    // The corrector adds an order.
    { name: 'unipc', order: 2, counts: FEW, settings: { order: 1 } },
    { name: 'unipc', order: 3, counts: FEW },
    { name: 'unipc', order: 3, counts: FEW, settings: { bh: 'bh1' } },
    { name: 'unipc', order: 3, counts: FEW, settings: { predictX0: false } },
    { name: 'unipc', order: 4, counts: MANY, settings: { order: 3, lowerOrderFinal: false } },
    {
      name: 'unipc',
      order: 4,
      counts: MANY,
      settings: { order: 3, lowerOrderFinal: false, predictX0: false },
    },
    { name: 'unipc', order: 5, counts: FEW, settings: { order: 4, lowerOrderFinal: false } },
    // The last step has order 2 and is not corrected.
    { name: 'unipc', order: 3, counts: FEW, settings: { order: 3 } },
    { name: 'unipc', order: 2, counts: FEW, settings: { uncorrectedSteps: 1000 } },
    { name: 'unipc', order: 3, counts: FEW, settings: { order: 3, uncorrectedSteps: 1000 } },
    { name: 'sa-solver', order: 2, counts: FEW, settings: { eta: 0 } },
    { name: 'sa-solver', order: 3, counts: FEW, settings: { eta: 0, order: 3, correctorOrder: 3 } },
    { name: 'sa-solver', order: 2, counts: MANY, settings: { eta: 0, predictX0: false } },
    { name: 'lms', order: 4, counts: MANY },
    { name: 'lms', order: 3, counts: MANY, settings: { order: 3 } },
    { name: 'lms', order: 2, counts: FEW, settings: { order: 2 } },
    { name: 'lms', order: 1, counts: FEW, settings: { order: 1 } },
    // The weights of these samplers are for equal steps. Their first steps have a lower order, so the error of these steps
    // dominates.
    { name: 'ipndm', order: 2, counts: FEW },
    { name: 'plms', order: 2, counts: FEW },
    { name: 'pndm', order: 2, counts: FEW },
  ];
  const EQUAL: readonly SamplerName[] = ['ipndm', 'plms', 'pndm'];

  it('is measured for every deterministic sampler', () => {
    expect(new Set<string>(ORDERS.map(({ name }) => name))).toEqual(
      new Set(samplersFor('diffusion').filter((name) => name !== 'ddpm' && name !== 'lcm')),
    );
  });

  const cases = ORDERS.map((each) => ({ settings: {}, ...each }));
  it.each(cases)('of $name with $settings falls with order $order', ({ name, order, counts, settings }) => {
    const grid = EQUAL.includes(name) ? equal : ramped;
    const errors = counts.map((n) => largestDifference(solve(name, grid(n), settings), exact));
    const slopes = errors.slice(1).map((error, i) => Math.log2((errors[i] as number) / error));
    // The order is reached in the limit; on the finest grids it is less than 0.3 away.
    expect(slopes.at(-1)).toBeGreaterThan(order - 0.3);
  });
});

/** Samplers for networks that predict the end of the trajectory instead of E[x_0 | x]. */
const CONSISTENCY: readonly SamplerName[] = ['lcm', 'tcd'];

/** Normal data. */
const NORMAL = { mean: 0.4, deviation: 0.3 };

/** Computes mean and variance of the result without sampling: the result is linear in 1, x_T and the noises. */
function moments(rows: readonly Row[]): { mean: number; deviation: number } {
  const { mean, deviation } = NORMAL;
  const unit = (k: number): Float64Array => new Float64Array(2 + 2 * rows.length).fill(1, k, k + 1);
  const found = followRows(rows, {
    predictionType: 'epsilon',
    start: unit(1),
    answer: (_, { alpha, sigma }, x) => {
      const slope = sigma / (alpha ** 2 * deviation ** 2 + sigma ** 2);
      return x.map((value, i) => slope * (value - (i === 0 ? alpha * mean : 0)));
    },
    noise: ({ step, draw }) => unit(2 + 2 * step + draw),
  });
  const [constant = Number.NaN, ...others] = found.at(-1) ?? [];
  return { mean: constant, deviation: Math.hypot(...others) };
}

describe('samples of normal data', () => {
  const { mean, deviation } = NORMAL;

  it.each([
    ...samplersFor('diffusion')
      .filter((name) => !CONSISTENCY.includes(name))
      .map((name) => ({ name, settings: {} })),
    { name: 'euler' as const, settings: { sChurn: 20 } },
    { name: 'heun' as const, settings: { sChurn: 20 } },
    { name: 'dpmpp-2m-sde' as const, settings: { solverType: 'heun' as const } },
    { name: 'dpm-2m-sde' as const, settings: { solverType: 'heun' as const } },
    { name: 'dpmpp-3m-sde' as const, settings: { eta: 0.5 } },
    { name: 'dpmpp-2s' as const, settings: { eta: 1 } },
    { name: 'dpmpp-3s' as const, settings: { eta: 1 } },
    { name: 'sa-solver' as const, settings: { predictX0: false } },
    { name: 'sa-solver' as const, settings: { order: 3, correctorOrder: 3 } },
  ])('have the mean and the deviation of the data with $name $settings', ({ name, settings }) => {
    // The steps are shorter near the image, because a long step of first order would lose variance there.
    const timesteps = Array.from({ length: 400 }, (_, i) => Math.round(99_999 * ((399 - i) / 399) ** 2));
    const found = moments(rowsFor(name, timesteps, settings));
    // The mean of x_T is 0 instead of 0.02 · 0.4. First-order samplers have an error of a few times 1/400.
    expect(Math.abs(found.mean - mean)).toBeLessThan(0.003);
    // A singlestep method omits the noise of earlier steps of a block, so its variance has a first-order error.
    const isSinglestep = name.endsWith('s') && 'eta' in settings;
    expect(Math.abs(found.deviation / deviation - 1)).toBeLessThan(isSinglestep ? 0.06 : 0.03);
  });
});

describe('samples of normal data by a perfect consistency model', () => {
  const { mean, deviation } = NORMAL;

  it.each([
    ['lcm', {}],
    ['tcd', { eta: 1 }],
  ] as const)('have the mean and the deviation of the data with four steps of %s', (name, settings) => {
    const rows = rowsFor(name, [99_999, 70_000, 40_000, 10_000], settings);
    const unit = (k: number): Float64Array => new Float64Array(6).fill(1, k, k + 1);
    const found = followRows(rows, {
      predictionType: 'sample',
      start: unit(1),
      // The end of the probability-flow trajectory through x.
      answer: (_, { alpha, sigma }, x) => {
        const slope = deviation / Math.hypot(alpha * deviation, sigma);
        return x.map((value, i) => slope * value + (i === 0 ? mean * (1 - slope * alpha) : 0));
      },
      noise: ({ step }) => unit(2 + step),
    });
    const [constant = Number.NaN, ...others] = found.at(-1) ?? [];
    // The last step starts at α = 0.67; tcd's first noise level is 0.009.
    expect(Math.abs(constant - mean)).toBeLessThan(0.003);
    expect(Math.abs(Math.hypot(...others) / deviation - 1)).toBeLessThan(0.003);
  });
});

describe('samples of a data set of one image', () => {
  it.each(samplersFor('diffusion'))('equal the image with %s', (name) => {
    const image = Float64Array.of(-1, -0.5, 0, 0.3, 1);
    for (const settings of [
      {},
      ...samplersWith('eta')
        .filter((each) => each === name)
        .map(() => ({ eta: 0.5 })),
    ]) {
      const found = followRows(rowsFor(name, [90_000, 70_000, 50_000, 30_000, 10_000, 100], settings), {
        predictionType: 'sample',
        start: START,
        answer: () => image,
        noise: () => Float64Array.of(1, -2, 0.5, 0.1, -0.3),
      });
      // The tolerance allows rounding of float64 sums of numbers up to 1 / α = 1e2. The boundary condition of lcm adds
      // (0.5 / (10 t))² of x, with t = 100.
      expect(largestDifference(found.at(-1) ?? START, image)).toBeLessThan(name === 'lcm' ? 1e-6 : 1e-12);
    }
  });
});

describe('with eta 0', () => {
  const timesteps = equal(12);
  const factors = (rows: readonly Row[]): number[] =>
    (rows as readonly NetworkRow[]).flatMap(({ next, keep = [] }) =>
      [next, ...keep].flatMap(({ x = 0, x0 = 0, eps = 0, memory = [], noise = [] }) => [
        x,
        x0,
        eps,
        ...[0, 1, 2].map((k) => memory[k] ?? 0),
        noise[0] ?? 0,
      ]),
    );

  const PAIRS: readonly {
    readonly stochastic: SamplerName;
    readonly deterministic: SamplerName;
    readonly settings?: SamplerSettings;
    readonly others?: SamplerSettings;
  }[] = [
    { stochastic: 'euler-ancestral', deterministic: 'euler' },
    { stochastic: 'dpmpp-2m-sde', deterministic: 'dpmpp-2m' },
    {
      stochastic: 'dpmpp-2m-sde',
      deterministic: 'dpmpp-2m',
      settings: { solverType: 'heun' },
      others: { solverType: 'heun' },
    },
    { stochastic: 'dpmpp-3m-sde', deterministic: 'dpmpp-3m' },
    { stochastic: 'dpm-2m-sde', deterministic: 'dpm-2m' },
    {
      stochastic: 'dpm-2m-sde',
      deterministic: 'dpm-2m',
      settings: { solverType: 'heun' },
      others: { solverType: 'heun' },
    },
    {
      stochastic: 'sa-solver',
      deterministic: 'unipc',
      settings: { order: 1, correctorOrder: 2 },
      others: { order: 1, bh: 'bh1' },
    },
    { stochastic: 'ddim', deterministic: 'euler' },
  ];

  it.each(PAIRS)(
    '$stochastic $settings has the rows of $deterministic',
    ({ stochastic, deterministic, settings = {}, others = {} }) => {
      const found = factors(rowsFor(stochastic, timesteps, { ...settings, eta: 0 }));
      const expected = factors(rowsFor(deterministic, timesteps, others));
      const keepless = (name: SamplerName): boolean => rowsFor(name, timesteps)[0]?.keep === undefined;
      expect(keepless(stochastic)).toBe(keepless(deterministic));
      expect(found).toHaveLength(expected.length);
      // The sums are computed in a different order.
      for (const [i, value] of found.entries())
        expect(Math.abs(value - (expected[i] ?? 0))).toBeLessThan(1e-12);
    },
  );
});
