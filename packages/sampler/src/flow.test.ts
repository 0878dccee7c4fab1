// Tests the samplers on a flow schedule in float64, on data whose exact network is known.
import {
  createSchedule,
  type Level,
  levelsOf,
  spacedSteps,
  timesOf,
  timestepPairs,
  withShift,
} from '@isonoise/schedule';
import { describe, expect, it } from 'vitest';
import { followRows } from '../testdata/follow-rows.ts';
import type { Row } from './row.ts';
import { planSampling, type SampleRequest } from './sample-request.ts';
import { describeProcesses, type SamplerName, samplers, samplersFor } from './sampler-table.ts';
import type { SamplerSettings } from './settings.ts';

const schedule = createSchedule({ kind: 'flow' });
const T = schedule.numTrainTimesteps;

const rowsFor = (
  name: SamplerName,
  timesteps: readonly number[],
  settings: SamplerSettings = {},
): readonly Row[] => {
  const steps = timestepPairs({ spacing: timesteps, ...timesOf(schedule.config) });
  return samplers[name].rows({ schedule, levels: levelsOf(schedule, steps) }, settings);
};

const trailing = (n: number): number[] => spacedSteps(schedule, 'trailing', n).map(([t]) => t);

/** n steps from pure noise to σ = 0.1, equal in t, then the step to the image. */
const equal = (n: number): number[] => Array.from({ length: n + 1 }, (_, i) => T - 1 - (0.9 * T * i) / n);

/** Two points, each with normal noise of this deviation around it. */
const MIXTURE = { centres: [-0.7, 0.9], weights: [0.4, 0.6], deviation: 0.3 };

/** E[ε - x_0 | x] for the mixture: x - σ u = E[x_0 | x]. */
function mixtureVelocity({ alpha, sigma }: Level, x: number): number {
  const { centres, weights, deviation } = MIXTURE;
  const variance = alpha ** 2 * deviation ** 2 + sigma ** 2;
  const masses = centres.map(
    (centre, k) => (weights[k] as number) * Math.exp(-((x - alpha * centre) ** 2) / (2 * variance)),
  );
  const total = masses.reduce((a, b) => a + b);
  const x0 = centres.reduce((sum, centre, k) => {
    const mean = centre + ((alpha * deviation ** 2) / variance) * (x - alpha * centre);
    return sum + ((masses[k] as number) / total) * mean;
  }, 0);
  return (x - x0) / sigma;
}

const START = Float64Array.from([-1.6, -0.8, -0.1, 0.4, 1.3]);
const largestDifference = (a: Float64Array, b: Float64Array): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? Number.NaN))), 0);

/** The images before the step to the image itself. */
function solve(name: SamplerName, n: number, settings: SamplerSettings = {}): Float64Array {
  const found = followRows(rowsFor(name, equal(n), settings).slice(0, -1), {
    predictionType: 'flow',
    start: START,
    answer: (_, at, x) => x.map((value) => mixtureVelocity(at, value)),
  });
  return found.at(-1) ?? START;
}

describe('on a mixture of two Gaussians', () => {
  const exact = solve('flow-heun', 8000);

  it.each([
    ['flow-euler', 1],
    ['flow-heun', 2],
    ['ddim', 1],
    ['euler', 1],
    ['dpmpp-2m', 1], // its first step has order 1, and the second cannot use the answer at pure noise
    ['unipc', 1],
    ['heun', 1],
    ['lms', 1],
    ['deis', 1],
  ] as const)('the error of %s falls with order %d', (name, order) => {
    const [coarse, fine] = [256, 512].map((n) => largestDifference(solve(name, n), exact)) as [
      number,
      number,
    ];
    // The measured order approaches the order of the method with more steps. With 256 steps, it is less than 0.1 away.
    expect(Math.log2(coarse / fine)).toBeGreaterThan(order - 0.1);
    expect(fine).toBeLessThan(order === 2 ? 1e-5 : 2e-3);
  });

  it('flow-heun has a smaller error than flow-euler with the same number of calls', () => {
    expect(largestDifference(solve('flow-heun', 8), exact)).toBeLessThan(
      largestDifference(solve('flow-euler', 16), exact) / 3,
    );
  });
});

describe('samplers for a flow schedule', () => {
  it('return the only image of a data set exactly', () => {
    const image = Float64Array.of(-1, -0.5, 0, 0.3, 1);
    for (const name of samplersFor('flow')) {
      const found = followRows(rowsFor(name, trailing(7)), {
        predictionType: 'flow',
        start: START,
        answer: (_, { sigma }, x) => x.map((value, i) => (value - (image[i] as number)) / sigma),
        noise: () => Float64Array.of(1, -2, 0.5, 0.1, -0.3),
      });
      // The tolerance allows rounding of float64 sums of numbers up to about 100.
      expect({ name, error: largestDifference(found.at(-1) ?? START, image) < 1e-12 }).toEqual({
        name,
        error: true,
      });
    }
  });

  it.each(samplersFor('flow'))('reproduce the mean and the deviation of normal data: %s', (name) => {
    const [mean, deviation] = [0.4, 0.3];
    const timesteps = Array.from({ length: 400 }, (_, i) => T * ((400 - i) / 400) ** 2 - 1);
    const rows = rowsFor(name, timesteps);
    const unit = (k: number): Float64Array => new Float64Array(2 + 2 * rows.length).fill(1, k, k + 1);
    // The result is linear in 1, x_T and the noises.
    const found = followRows(rows, {
      predictionType: 'flow',
      start: unit(1),
      answer: (_, { alpha, sigma }, x) =>
        x.map((value, i) => {
          const shift = i === 0 ? mean : 0;
          const x0 =
            shift +
            ((alpha * deviation ** 2) / (alpha ** 2 * deviation ** 2 + sigma ** 2)) * (value - alpha * shift);
          return (value - x0) / sigma;
        }),
      noise: ({ step, draw }) => unit(2 + 2 * step + draw),
    });
    const [constant = Number.NaN, ...others] = found.at(-1) ?? [];
    // First-order samplers have an error of a few times 1/400.
    expect(Math.abs(constant - mean)).toBeLessThan(0.003);
    expect(Math.abs(Math.hypot(...others) / deviation - 1)).toBeLessThan(0.03);
  });

  it('exclude inverse samplers, and samplers that need whole timesteps: ddpm, pndm, lcm and tcd', () => {
    expect(
      Object.keys(samplers).filter((name) => !samplersFor('flow').some((each) => each === name)),
    ).toEqual(['ddpm', 'ddim-inverse', 'dpmpp-2m-inverse', 'pndm', 'lcm', 'tcd']);
  });
});

describe('shift', () => {
  it('moves σ to σ s / (1 + (s - 1) σ), like a schedule with this shift', () => {
    const shifted = createSchedule({ kind: 'flow', shift: 3 });
    const steps = timestepPairs({ spacing: [999, 499, 9.5], ...timesOf(schedule.config) });
    const [expected, found] = [levelsOf(shifted, steps), withShift(levelsOf(schedule, steps), schedule, 3)];
    for (const [k, level] of expected.entries()) {
      expect(found[k]?.sigma).toBeCloseTo(level.sigma, 14);
      expect(found[k]?.t).toBeCloseTo(level.t, 11);
    }
    expect(found[0]).toMatchObject({ t: 1000, alpha: 0, sigma: 1 });
    expect(found[1]?.sigma).toBeCloseTo(0.75, 15);
  });

  it('is taken from the schedule unless a request overrides it', () => {
    const request: SampleRequest = {
      shape: { channels: 1, height: 2, width: 2 },
      schedule: createSchedule({ kind: 'flow', shift: 3 }),
      predictionType: 'flow',
      seed: 1,
      images: 1,
      steps: 4,
      sampler: 'flow-euler',
    };
    expect(planSampling(request).settings).toEqual({ shift: 3 });
    expect(planSampling({ ...request, shift: 1.5 }).settings).toEqual({ shift: 1.5 });
    expect(planSampling({ ...request, sampler: 'euler' }).settings).toEqual({});
    expect(planSampling(request).steps[0]?.[0]).toBe(999);
  });
});

describe('a request that does not fit its schedule', () => {
  const flow: SampleRequest = {
    shape: { channels: 1, height: 2, width: 2 },
    schedule,
    predictionType: 'flow',
    seed: 1,
    images: 1,
    steps: 4,
  };
  const linear: SampleRequest = {
    ...flow,
    schedule: createSchedule({ kind: 'linear' }),
    predictionType: 'epsilon',
  };

  const cases: readonly (readonly [SampleRequest, string])[] = [
    [
      { ...flow, predictionType: 'epsilon' },
      'prediction type epsilon does not fit schedule flow; expected flow',
    ],
    [{ ...flow, predictionType: 'v_prediction' }, 'prediction type v_prediction does not fit schedule flow'],
    [
      { ...linear, predictionType: 'flow' },
      'does not fit schedule linear; expected epsilon, sample, v_prediction',
    ],
    [
      { ...flow, sampler: 'ddpm' },
      `sampler "ddpm" is for schedules of betas, but the model's schedule is flow; expected one of ddim, euler, euler-ancestral`,
    ],
    [
      { ...linear, sampler: 'flow-euler' },
      `sampler "flow-euler" is for flow matching, but the model's schedule is linear; expected one of ddpm, ddim`,
    ],
    [
      { ...linear, sampler: 'flow-heun' },
      `sampler "flow-heun" is for flow matching, but the model's schedule is linear; expected one of ddpm, ddim`,
    ],
    [{ ...linear, shift: 3 }, 'unknown setting "shift" for sampler "dpmpp-2m-sde"'],
    [{ ...flow, sampler: 'flow-heun', shift: 0 }, 'shift is 0; expected a number from 0.01 to 100'],
  ];
  it.each(cases.map(([request, problem]) => [problem, request] as const))(
    'is refused: %s',
    (problem, request) => {
      expect(() => planSampling(request)).toThrow(
        expect.objectContaining({ code: 'SAMPLER_REQUEST', message: expect.stringContaining(problem) }),
      );
    },
  );

  it('is refused with spacing leading, which does not start at pure noise', () => {
    expect(() => planSampling({ ...flow, spacing: 'leading' })).toThrow(
      expect.objectContaining({
        code: 'SCHEDULE_SPACING',
        message: expect.stringContaining(
          'expected linspace, trailing or an array of timesteps for a flow schedule',
        ),
      }),
    );
  });
});

it('describeProcesses lists the samplers that are only for flow matching, and those that do not support it', () => {
  expect(describeProcesses()).toBe(
    'flow-euler, flow-heun only for flow matching; ddpm, pndm, lcm, tcd not for flow matching',
  );
});
