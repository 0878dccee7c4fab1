// Tests inverse samplers: images are turned into noise and sampled back, on data whose exact network is known.
import { createSchedule, levelsOf, type PredictionType, timestepPairs } from '@isonoise/schedule';
import { describe, expect, it } from 'vitest';
import { followRows } from '../testdata/follow-rows.ts';
import { mixtureEps } from '../testdata/mixture.ts';
import { reversedSteps } from './check-plan.ts';
import { drawingSampler, type SamplerName, samplerNames, samplers } from './sampler-table.ts';
import type { SamplerSettings } from './settings.ts';

const T = 100_000;
const schedule = createSchedule({ kind: 'constant', beta: 8e-5, numTrainTimesteps: T });
const inverses = samplerNames.filter((name) => samplers[name].inverts !== undefined);

const START = Float64Array.from([-0.9, -0.6, -0.1, 0.4, 0.95]);

interface Trip {
  readonly inverse: SamplerName;
  readonly back: SamplerName;
  readonly settings?: SamplerSettings;
  readonly predictionType?: PredictionType;
}

/** The prediction of the exact network for the mixture. */
function answerOf(type: PredictionType, alpha: number, sigma: number, x: number): number {
  const eps = mixtureEps({ alpha, sigma }, x);
  const x0 = (x - sigma * eps) / alpha;
  return type === 'epsilon' ? eps : type === 'sample' ? x0 : alpha * eps - sigma * x0;
}

/** Turns the start into noise and samples it back over the same levels. */
function roundTrip(
  { inverse, back, settings = {}, predictionType = 'epsilon' }: Trip,
  timesteps: readonly number[],
  end: number,
): { readonly noise: Float64Array; readonly returned: Float64Array } {
  const steps = timestepPairs({ spacing: timesteps, numTrainTimesteps: T, end });
  const course = (name: SamplerName, pairs: typeof steps, start: Float64Array) =>
    followRows(samplers[name].rows({ schedule, levels: levelsOf(schedule, pairs) }, settings), {
      predictionType,
      start,
      answer: (_, { alpha, sigma }, x) => x.map((value) => answerOf(predictionType, alpha, sigma, value)),
    }).at(-1) ?? start;
  const noise = course(inverse, reversedSteps(steps), START);
  return { noise, returned: course(back, steps, noise) };
}

const differenceOf = (a: Float64Array, b: Float64Array): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? Number.NaN))), 0);

it.each<[SamplerName, SamplerSettings, SamplerName]>([
  ['ddim-inverse', {}, 'ddim'],
  ['dpmpp-2m-inverse', {}, 'dpmpp-2m'],
  ['dpmpp-2m-inverse', { order: 1 }, 'ddim'],
  ['dpmpp-2m-inverse', { order: 3 }, 'dpmpp-3m'],
  ['dpmpp-2m-inverse', { order: 4 }, 'dpmpp-3m'],
  ['dpmpp-2m-inverse', { predictX0: false }, 'dpm-2m'],
  ['dpmpp-2m-inverse', { order: 3, predictX0: false }, 'dpm-3m'],
])('%s with the settings %j inverts %s', (inverse, settings, drawing) => {
  expect(drawingSampler(inverse, settings)).toBe(drawing);
});

it('each inverse sampler inverts a drawing sampler', () => {
  expect(inverses).toEqual(['ddim-inverse', 'dpmpp-2m-inverse']);
  for (const name of inverses) expect(samplers[drawingSampler(name)].inverts).toBeUndefined();
});

describe('images that are inverted and drawn again', () => {
  const [FIRST, LAST] = [50_000, 2_000];
  const equal = (n: number): number[] =>
    Array.from({ length: n }, (_, i) => Math.round(FIRST - ((FIRST - LAST) * i) / n));

  it.each<Trip & { readonly order: number }>([
    { inverse: 'ddim-inverse', back: 'ddim', order: 1, settings: {} },
    { inverse: 'ddim-inverse', back: 'ddim', order: 1, settings: {}, predictionType: 'v_prediction' },
    { inverse: 'dpmpp-2m-inverse', back: 'dpmpp-2m', order: 2, settings: {} },
    { inverse: 'dpmpp-2m-inverse', back: 'dpmpp-2m', order: 2, settings: { solverType: 'heun' } },
    { inverse: 'dpmpp-2m-inverse', back: 'dpm-2m', order: 2, settings: { predictX0: false } },
    { inverse: 'dpmpp-2m-inverse', back: 'ddim', order: 1, settings: { order: 1 } },
    // `heun` is not the reverse of this sampler, so the measured error includes the error of the noise.
    { inverse: 'dpmpp-2m-inverse', back: 'heun', order: 2, settings: {} },
  ])('have an error of order $order with $inverse, $back and settings $settings', ({ order, ...trip }) => {
    const errors = [64, 128, 256, 512].map((n) => {
      const { noise, returned } = roundTrip(trip, equal(n), LAST);
      expect(differenceOf(noise, START)).toBeGreaterThan(0.1);
      return differenceOf(returned, START);
    });
    const slopes = errors.slice(1).map((error, i) => Math.log2((errors[i] as number) / error));
    // The measured order approaches the order of the method with more steps.
    expect(slopes.at(-1)).toBeGreaterThan(order - 0.3);
    expect(slopes.at(-1)).toBeLessThan(order + 0.7);
  });

  // The steps are shorter near the image, because the first step starts without noise.
  const dense = Array.from({ length: 400 }, (_, i) => Math.round(99_999 * ((399 - i) / 399) ** 2));

  it.each<Trip & { readonly most: number }>([
    { inverse: 'ddim-inverse', back: 'ddim', most: 0.02, predictionType: 'epsilon' },
    { inverse: 'ddim-inverse', back: 'ddim', most: 0.02, predictionType: 'v_prediction' },
    { inverse: 'ddim-inverse', back: 'ddim', most: 0.02, predictionType: 'sample' },
    { inverse: 'dpmpp-2m-inverse', back: 'dpmpp-2m', most: 0.005, predictionType: 'epsilon' },
  ])(
    'are recovered if inversion starts at the image itself: $inverse, prediction type $predictionType',
    ({ most, ...trip }) => {
      const { noise, returned } = roundTrip(trip, dense, -1);
      expect(noise.every(Number.isFinite)).toBe(true);
      expect(differenceOf(returned, START)).toBeLessThan(most);
    },
  );
});

it('an inversion that ends at pure noise returns ε', () => {
  const flow = createSchedule({ kind: 'flow' });
  const steps = timestepPairs({ spacing: [999, 600, 200], numTrainTimesteps: 1000, continuous: true });
  for (const name of inverses) {
    const rows = samplers[name].rows({ schedule: flow, levels: levelsOf(flow, reversedSteps(steps)) }, {});
    const found = followRows(rows, {
      predictionType: 'flow',
      start: START,
      // Data of the single image 0.25: ε = (x - α x_0) / σ. At the image itself ε is unknown, and 1 is used.
      answer: (_, { sigma }, x) => x.map((value) => (value - 0.25) / sigma),
    });
    expect(found.at(-1)?.every(Number.isFinite)).toBe(true);
  }
});
