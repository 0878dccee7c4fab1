import { parseSchedulerConfig } from '@isonoise/bundle';
import { samplers } from '@isonoise/sampler';
import { createSchedule, type Level, levelAt, levelsOf, spacedSteps } from '@isonoise/schedule';
import { describe, expect, it } from 'vitest';
import { followRows } from '../../packages/sampler/testdata/follow-rows.ts';
import { linearRowClasses, readLinearRows } from '../../packages/sampler/testdata/linear-rows.ts';
import {
  coefficientsOf,
  hasOddSteps,
  hasWrongSign,
  levelsFor,
  matches,
  readRuns,
  rowErrors,
} from './linear-matches.ts';
import { rejectionOf } from './read-case.ts';

describe('the stored rows of diffusers', () => {
  it.each(linearRowClasses())('for %s are complete', (name) => {
    const { class: className, cases, versions } = readLinearRows(name);
    expect(className).toBe(name);
    expect(versions.diffusers).toBe('0.42.1');
    expect(cases.filter(({ runs }) => runs.length > 0).length).toBeGreaterThanOrEqual(4);
    for (const [index, { config, runs, failures }] of cases.entries()) {
      expect(config._class_name).toBe(name);
      const counts = [...runs, ...failures].map(({ steps }) => steps).sort((a, b) => a - b);
      const few = [2, 5, 20, 50];
      expect(counts).toEqual(index === 0 || counts.length > few.length ? [...few, 999] : few);
      for (const { steps, timesteps, rows } of runs) {
        const calls = rows.map(({ call }) => call);
        expect(calls.at(-1)).toBe(timesteps.length - 1);
        if (steps !== 999) expect(calls).toEqual(timesteps.map((_, k) => k));
        for (const { call, net = [], noise = [] } of rows) {
          expect(net.length).toBeLessThanOrEqual(call + 1);
          expect(noise.length).toBeLessThanOrEqual(call + 1);
        }
      }
    }
  });
});

// If ε is 0, x contains no noise, so x / √ᾱ is the same at every level. In these classes, 1 / √ᾱ = √(sigma² + 1).
it.each([
  'EulerDiscreteScheduler',
  'HeunDiscreteScheduler',
  'KDPM2DiscreteScheduler',
  'LMSDiscreteScheduler',
])('%s keeps x / √ᾱ if ε is 0', (name) => {
  for (const { config, step, runs } of readLinearRows(name).cases) {
    if (config.prediction_type !== 'epsilon' || step.s_churn !== undefined) continue;
    for (const { sigmas = [], rows } of runs) {
      const [first = 0, last = 0] = [sigmas[0], sigmas.at(-1)];
      const factor = Math.sqrt(first ** 2 + 1) / Math.sqrt(last ** 2 + 1);
      expect((rows.at(-1)?.x ?? 0) / factor).toBeCloseTo(1, 6); // eight digits
    }
  }
});

it.each(linearRowClasses())('%s has four compared configurations, one of them with 999 steps', (name) => {
  const compared = matches.filter((match) => match.name === name);
  expect(new Set(compared.map(({ index }) => index)).size).toBeGreaterThanOrEqual(4);
  const [many] = compared.filter(({ run }) => run.steps === 999);
  // The files have the rows of the last call and of at least ten earlier calls.
  expect(many?.run.rows.length).toBeGreaterThanOrEqual(11);
  expect(many?.run.rows.at(-1)?.call).toBe((many?.run.timesteps.length ?? 0) - 1);
});

it('every sampler has a compared run', () => {
  const compared = new Set<string>(matches.map(({ read }) => read.sampler));
  expect(Object.keys(samplers).filter((name) => !compared.has(name))).toEqual([]);
});

it('ipndm begins with the first prediction of the network, unlike IPNDMScheduler, which begins with zeros', () => {
  const schedule = createSchedule({ kind: 'sine' });
  const levels = levelsOf(schedule, spacedSteps(schedule, 'trailing', 5));
  const [first] = samplers.ipndm.rows({ schedule, levels }, {});
  const [noise, next] = levels as [Level, Level];
  expect(noise).toMatchObject({ t: 1, alpha: 0, sigma: 1 });
  // x_0 = α x - σ v = -v, and ε = x: DDIM's step.
  const [found] = followRows(first === undefined ? [] : [first], {
    predictionType: 'v_prediction',
    start: Float64Array.of(1, 0),
    answer: () => Float64Array.of(0, 1),
  });
  expect([...(found ?? [])]).toEqual([next.sigma, -next.alpha]);
});

it('pndm computes x at the level of the next call if a step is an odd number of timesteps long; diffusers computes it at the rounded-up middle', () => {
  const found = readRuns.filter(({ read, run }) => hasOddSteps(read, run));
  expect(found.map(({ run }) => run.steps)).toEqual([999, 5, 20, 50]);
  for (const match of found) {
    const { schedule } = match.read;
    const [start, middle] = match.run.timesteps as [number, number];
    const half = Math.floor(schedule.numTrainTimesteps / match.run.steps / 2);
    expect(middle).toBe(start - half - 1);
    const from = levelAt(schedule, start);
    const [theirs, ours] = [levelAt(schedule, start - half), levelAt(schedule, middle)];
    // x_0 = (x - σ ε) / α, then x' = α' x_0 + σ' ε.
    const { x: storedX, net: [storedEps = 0] = [] } = match.run.rows[0] ?? { x: 0 };
    // Stored numbers have eight digits.
    expect(storedX / (theirs.alpha / from.alpha)).toBeCloseTo(1, 6);
    expect(storedEps).toBeCloseTo(theirs.sigma - (from.sigma * theirs.alpha) / from.alpha, 6);
    const levels = levelsOf(schedule, spacedSteps(schedule, match.read.spacing, match.run.steps));
    const [[x = 0, eps] = []] = followRows(samplers.pndm.rows({ schedule, levels }, {}).slice(0, 1), {
      predictionType: 'epsilon',
      start: Float64Array.of(1, 0),
      answer: () => Float64Array.of(0, 1),
    });
    expect(x / (ours.alpha / from.alpha)).toBeCloseTo(1, 12);
    expect(eps).toBeCloseTo(ours.sigma - (from.sigma * ours.alpha) / from.alpha, 12);
  }
});

it.each(matches.filter(({ read }) => read.schedule.process !== 'diffusion'))(
  'the network gets the times of diffusers for $name, case $index with $run.steps steps',
  ({ name, run, read }) => {
    const levels = levelsFor(name, run, read);
    const expected = run.timesteps.filter((t, k) => t !== run.timesteps[k - 1]);
    expect(levels).toHaveLength(expected.length + 1);
    // The files have eight digits.
    for (const [k, t] of expected.entries()) expect((levels[k]?.t ?? 0) / t).toBeCloseTo(1, 7);
  },
);

describe('the configurations of diffusers', () => {
  const cases = linearRowClasses().flatMap((name) =>
    readLinearRows(name).cases.map(({ config }, index) => ({ name, index, config })),
  );

  it.each(cases)(
    'for $name, case $index, are read or rejected with the reason',
    ({ name, index, config }) => {
      const rejection = rejectionOf(name, index);
      const read = () => parseSchedulerConfig(config, 'stored rows');
      if (rejection === undefined) expect(read()).toMatchObject(config);
      else expect(read).toThrow(rejection);
    },
  );
});

describe('the rows of diffusers', () => {
  it.each(matches)('for $name, case $index with $run.steps steps, equal ours', (match) => {
    expect(coefficientsOf(match)).toHaveLength(match.run.timesteps.length);
    for (const { call, error } of rowErrors(match)) {
      // Both sides are float64; the files have eight digits (5e-8). 1 - ᾱ cancels in diffusers.
      expect({ call, error, close: error <= 1e-7 }).toMatchObject({ close: true });
    }
  });
});

it('stochastic steps of order 3 subtract the second difference in diffusers, instead of weighting it', () => {
  const found = matches.filter(({ read }) => hasWrongSign(read));
  const multistep = found.filter(
    ({ name, run }) => name === 'DPMSolverMultistepScheduler' && run.steps === 5,
  );
  expect(multistep).toHaveLength(1);
  for (const match of multistep) {
    const { name, run, read } = match;
    const levels = levelsFor(name, run, read);
    const rows = coefficientsOf(match);
    const calls = run.timesteps.length;
    const size = 1 + 2 * calls;
    const unit = (k: number): Float64Array => new Float64Array(size).fill(1, k, k + 1);
    const x0 = [0, 1, 2].map((k) => {
      const { alpha, sigma } = levels[k] as Level;
      const shown = k === 0 ? unit(0) : (rows[k - 1] as Float64Array);
      return shown.map((value, i) => (value - sigma * (unit(1 + k)[i] as number)) / alpha);
    });
    const [l0, l1, l2, to] = levels.map(({ lambda }) => lambda) as [number, number, number, number];
    const h = to - l2;
    const second = x0[2]?.map((value, i) => {
      const near = (value - (x0[1]?.[i] ?? 0)) / (l2 - l1);
      const far = ((x0[1]?.[i] ?? 0) - (x0[0]?.[i] ?? 0)) / (l1 - l0);
      return (h ** 2 * (near - far)) / (l2 - l0);
    });
    const { x, net = [], noise = [] } = run.rows[2] ?? { x: 0 };
    const theirs = new Float64Array(size);
    theirs.set([x]);
    theirs.set(net, 1);
    theirs.set(noise, 1 + calls);
    const { alpha } = levels[3] as Level;
    // The coefficients are up to 20 and have eight digits.
    for (const [i, value] of theirs.entries())
      expect(Math.abs(value - (rows[2]?.[i] ?? 0) + alpha * (second?.[i] ?? 0))).toBeLessThan(2e-6);
  }
});
