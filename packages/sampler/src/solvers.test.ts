// Tests the samplers in float64 on data whose exact network is known, without another implementation.
import { describe, expect, it } from 'vitest';
import { fineRows, largestDifference, START } from '../testdata/fine-schedule.ts';
import { followRows } from '../testdata/follow-rows.ts';
import { mixtureEps } from '../testdata/mixture.ts';
import type { NetworkRow, Row } from './row.ts';
import { type SamplerName, samplersFor } from './sampler-table.ts';
import type { SamplerSettings } from './settings.ts';

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

/** The images before the step to the image itself. */
function solve(
  name: SamplerName,
  timesteps: readonly number[],
  settings: SamplerSettings = {},
): Float64Array {
  const rows = fineRows(name, timesteps, settings);
  const found = followRows(rows.slice(0, -1), {
    predictionType: 'epsilon',
    start: START,
    answer: (_, at, x) => x.map((value) => mixtureEps(at, value)),
  });
  return found.at(-1) ?? START;
}

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
    // The measured order approaches the order of the method with more steps. On the finest grids, it is less than 0.3
    // away.
    expect(slopes.at(-1)).toBeGreaterThan(order - 0.3);
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
      const found = factors(fineRows(stochastic, timesteps, { ...settings, eta: 0 }));
      const expected = factors(fineRows(deterministic, timesteps, others));
      const keepless = (name: SamplerName): boolean => fineRows(name, timesteps)[0]?.keep === undefined;
      expect(keepless(stochastic)).toBe(keepless(deterministic));
      expect(found).toHaveLength(expected.length);
      // The sums are computed in a different order.
      for (const [i, value] of found.entries())
        expect(Math.abs(value - (expected[i] ?? 0))).toBeLessThan(1e-12);
    },
  );
});
