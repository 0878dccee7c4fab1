import { createSchedule, levelsOf, spacedSteps } from '@isonoise/schedule';
import { describe, expect, it } from 'vitest';
import { followRows } from '../testdata/follow-rows.ts';
import type { Row } from './row.ts';
import { planSampling, type SampleRequest } from './sample-request.ts';
import { type SamplerName, samplers, samplersFor } from './sampler-table.ts';

const schedule = createSchedule({ kind: 'sine' });
const START = Float64Array.of(0.3, -1.2, 2, 0.01, -0.4);

function rowsFor(name: SamplerName, steps: number): readonly Row[] {
  const levels = levelsOf(schedule, spacedSteps(schedule, 'trailing', steps));
  return samplers[name].rows({ schedule, levels }, {});
}

describe('samplers for a sine schedule', () => {
  it('are those for a flow schedule, except flow-euler and flow-heun', () => {
    expect(samplersFor('sine')).toEqual(
      samplersFor('flow').filter((name) => name !== 'flow-euler' && name !== 'flow-heun'),
    );
  });

  it('return the only image of a data set exactly', () => {
    const image = Float64Array.of(-1, -0.5, 0, 0.3, 1);
    for (const name of samplersFor('sine')) {
      const found = followRows(rowsFor(name, 7), {
        predictionType: 'v_prediction',
        start: START,
        // v = α ε - σ x_0.
        answer: (_, { alpha, sigma }, x) =>
          x.map((value, i) => {
            const x0 = image[i] as number;
            return (alpha * (value - alpha * x0)) / sigma - sigma * x0;
          }),
        noise: () => Float64Array.of(1, -2, 0.5, 0.1, -0.3),
      });
      const error = Math.max(
        ...[...(found.at(-1) ?? START)].map((value, i) => Math.abs(value - (image[i] ?? 0))),
      );
      // The tolerance allows rounding of float64 sums of numbers up to about 100.
      expect({ name, close: error < 1e-12 }).toEqual({ name, close: true });
    }
  });

  it.each(samplersFor('sine'))('reproduce the mean and the deviation of normal data: %s', (name) => {
    const [mean, deviation] = [0.4, 0.3];
    const rows = rowsFor(name, 400);
    const unit = (k: number): Float64Array => new Float64Array(2 + 2 * rows.length).fill(1, k, k + 1);
    // The result is linear in 1, x_T and the noises.
    const found = followRows(rows, {
      predictionType: 'v_prediction',
      start: unit(1),
      answer: (_, { alpha, sigma }, x) =>
        x.map((value, i) => {
          const shift = i === 0 ? mean : 0;
          const gain = (alpha * deviation ** 2) / (alpha ** 2 * deviation ** 2 + sigma ** 2);
          const x0 = shift + gain * (value - alpha * shift);
          return (alpha * (value - alpha * x0)) / sigma - sigma * x0;
        }),
      noise: ({ step, draw }) => unit(2 + 2 * step + draw),
    });
    const [constant = Number.NaN, ...others] = found.at(-1) ?? [];
    // First-order samplers have an error of a few times 1/400.
    expect(Math.abs(constant - mean)).toBeLessThan(0.003);
    expect(Math.abs(Math.hypot(...others) / deviation - 1)).toBeLessThan(0.03);
  });

  it('draw noise only at times from 0.2 to 0.8 if the sampler is sa-solver', () => {
    const noisy = rowsFor('sa-solver', 20).filter(({ next }) =>
      (next.noise ?? []).some((part) => part !== 0),
    );
    const times = noisy.map(({ at }) => at?.t ?? Number.NaN);
    expect(times.length).toBeGreaterThan(5);
    expect(times.every((t) => t >= 0.2 && t <= 0.8)).toBe(true);
  });
});

describe('a request for a sine schedule', () => {
  const request: SampleRequest = {
    shape: { channels: 1, height: 2, width: 2 },
    schedule,
    predictionType: 'v_prediction',
    seed: 1,
    images: 1,
    steps: 4,
  };

  it('uses ipndm and equal steps to the image by default', () => {
    const { sampler, steps } = planSampling(request);
    expect(sampler).toBe('ipndm');
    expect(steps).toEqual([
      [999, 749],
      [749, 499],
      [499, 249],
      [249, -1],
    ]);
  });

  it.each([
    [{ sampler: 'ddpm' }, 'sampler "ddpm" is for schedules of betas, but the model\'s schedule is sine'],
    [{ sampler: 'flow-euler' }, 'sampler "flow-euler" is for flow matching'],
    [{ predictionType: 'epsilon' }, 'prediction type epsilon does not fit schedule sine'],
    [{ spacing: 'leading' }, 'spacing is "leading"; expected trailing or an array of timesteps'],
  ] as const)('refuses %j', (change, problem) => {
    expect(() => planSampling({ ...request, ...change })).toThrow(problem);
  });
});
