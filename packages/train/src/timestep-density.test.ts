import { createSchedule } from '@isonoise/schedule';
import { describe, expect, it } from 'vitest';
import { type TimestepDensity, timestepProbability, timestepQuantile } from './timestep-density.ts';

const schedule = createSchedule({ kind: 'cosine' });
const T = schedule.numTrainTimesteps;

/** Returns Φ(x) by its power series, independent of the tested quantile. It is exact to 1e-12 for |x| up to 6. */
function normalCdf(x: number): number {
  let [term, sum] = [x, x];
  for (let n = 1; n < 200; n++) {
    term *= (x * x) / (2 * n + 1);
    sum += term;
  }
  return 0.5 + (sum * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
}

/** Closed forms of P(t <= k), by density. */
const CLOSED: Readonly<Record<string, (density: never, k: number) => number>> = {
  uniform: (_density: never, k) => (k + 1) / T,
  'logit-normal': ({ mean, deviation }: { mean: number; deviation: number }, k) => {
    const share = (k + 1) / T;
    return share >= 1 ? 1 : normalCdf((Math.log(share / (1 - share)) - mean) / deviation);
  },
  'log-normal': ({ mean, deviation }: { mean: number; deviation: number }, k) => {
    // The density is rounded to the nearest timestep, so the range of a timestep ends midway to the next one.
    const logSigma = (t: number): number => -0.5 * Math.log(schedule.snr[t] as number);
    return k >= T - 1 ? 1 : normalCdf(((logSigma(k) + logSigma(k + 1)) / 2 - mean) / deviation);
  },
};

const DENSITIES: readonly TimestepDensity[] = [
  { kind: 'uniform', stratified: true },
  { kind: 'logit-normal', mean: 0, deviation: 1, stratified: false },
  { kind: 'logit-normal', mean: -0.5, deviation: 0.6, stratified: true },
  { kind: 'log-normal', mean: -1.2, deviation: 1.2, stratified: false },
];

describe.each(DENSITIES.map((density) => [JSON.stringify(density), density] as const))(
  'the density %s',
  (_, density) => {
    it('has the cumulative distribution of its closed form (Kolmogorov-Smirnov)', () => {
      const quantile = timestepQuantile(density, schedule);
      const counts = new Float64Array(T);
      const [batch, steps] = [32, 400];
      for (let step = 1; step <= steps; step++)
        for (let image = 0; image < batch; image++) {
          const t = quantile(timestepProbability(density.stratified, { seed: 5, image, step }, batch));
          counts[t] = (counts[t] as number) + 1;
        }
      let [below, worst] = [0, 0];
      for (let k = 0; k < T; k++) {
        below += (counts[k] as number) / (batch * steps);
        const expected = (CLOSED[density.kind] as (d: TimestepDensity, k: number) => number)(density, k);
        worst = Math.max(worst, Math.abs(below - expected));
      }
      // For 12,800 independent draws, the largest difference exceeds 1.95/√12800 with probability 0.001.
      expect(worst).toBeLessThan(0.0173);
    });
  },
);

it('timestepQuantile returns timesteps in [0, T) at the ends of (0, 1), even if the schedule ends in pure noise', () => {
  const ends = [2 ** -33, 1 - 2 ** -33];
  const pure = createSchedule({ kind: 'cosine', zeroTerminalSnr: true });
  for (const each of [schedule, pure, createSchedule({ kind: 'flow' })])
    for (const density of DENSITIES) {
      const [first = -1, last = T] = ends.map(timestepQuantile(density, each));
      expect(first).toBeGreaterThanOrEqual(0);
      expect(last).toBeLessThan(T);
      expect(first).toBeLessThan(last);
    }
});

it('stratified probabilities cover (0, 1) with equal gaps, and with a new offset in each step', () => {
  const of = (step: number): number[] =>
    Array.from({ length: 8 }, (_, image) => timestepProbability(true, { seed: 1, image, step }, 8));
  for (const step of [1, 2]) {
    const sorted = of(step).toSorted((a, b) => a - b);
    // The error of a probability is one rounding of a number below 2.
    for (let i = 1; i < 8; i++)
      expect((sorted[i] as number) - (sorted[i - 1] as number)).toBeCloseTo(1 / 8, 14);
  }
  expect(of(1)).toEqual(of(1));
  expect(of(1)).not.toEqual(of(2));
});
