// Tests the samplers in float64 on data whose exact network is known: the samples must have the distribution of the data.
import { describe, expect, it } from 'vitest';
import { fineRows, largestDifference, START } from '../testdata/fine-schedule.ts';
import { followRows } from '../testdata/follow-rows.ts';
import type { Row } from './row.ts';
import { type SamplerName, samplersFor, samplersWith } from './sampler-table.ts';

/** Samplers for networks that predict the end of the trajectory instead of E[x_0 | x]. */
const CONSISTENCY: readonly SamplerName[] = ['lcm', 'tcd'];

/** Normal data. */
const NORMAL = { mean: 0.4, deviation: 0.3 };

/** Returns the mean and the deviation of the result without sampling. The result is linear in 1, x_T and the noises. */
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
    const found = moments(fineRows(name, timesteps, settings));
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
    const rows = fineRows(name, [99_999, 70_000, 40_000, 10_000], settings);
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
  it.each(samplersFor('diffusion'))('equal this image: %s', (name) => {
    const image = Float64Array.of(-1, -0.5, 0, 0.3, 1);
    for (const settings of [
      {},
      ...samplersWith('eta')
        .filter((each) => each === name)
        .map(() => ({ eta: 0.5 })),
    ]) {
      const found = followRows(fineRows(name, [90_000, 70_000, 50_000, 30_000, 10_000, 100], settings), {
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
