import { createSchedule } from '@isonoise/schedule';
import { describe, expect, it } from 'vitest';
import { readLinearRows } from '../testdata/linear-rows.ts';
import { planSampling, type SampleRequest } from './sample-request.ts';

const request: SampleRequest = {
  shape: { channels: 1, height: 2, width: 2 },
  schedule: createSchedule({ kind: 'linear' }),
  predictionType: 'epsilon',
  seed: 1,
  images: 1,
};
const plan = (more: Partial<SampleRequest>) => planSampling({ ...request, ...more });

describe('planSampling with originalSteps', () => {
  it.each([
    ['lcm', 'LCMScheduler'],
    ['tcd', 'TCDScheduler'],
  ] as const)('gives %s the timesteps of %s', (sampler, name) => {
    let compared = 0;
    for (const { config, runs } of readLinearRows(name).cases) {
      for (const { steps, timesteps } of runs) {
        const originalSteps = config.original_inference_steps as number;
        const { steps: found, settings } = plan({ sampler, steps, originalSteps });
        expect(found.map(([t]) => t)).toEqual(timesteps);
        expect(settings).toMatchObject({ originalSteps });
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(12);
  });

  it('gives the timesteps of numpy if the steps do not divide the grid', () => {
    // np.floor(np.linspace(0, 50, 7, endpoint=False)) is [0, 7, 14, 21, 28, 35, 42].
    expect(plan({ sampler: 'lcm', steps: 7, originalSteps: 50 }).steps.map(([t]) => t)).toEqual([
      999, 859, 719, 579, 439, 299, 159,
    ]);
  });

  it('keeps the timesteps of the spacing if originalSteps is null', () => {
    const bySpacing = plan({ sampler: 'lcm', steps: 4, spacing: 'trailing' });
    expect(bySpacing.steps.map(([t]) => t)).toEqual([999, 749, 499, 249]);
    expect(plan({ sampler: 'lcm', steps: 4, spacing: 'trailing', originalSteps: null }).steps).toEqual(
      bySpacing.steps,
    );
  });

  it.each<[string, Partial<SampleRequest>, string]>([
    [
      'more steps than the grid has',
      { originalSteps: 3 },
      'originalSteps is 3; expected at least the 4 steps',
    ],
    ['a grid of more than T steps', { originalSteps: 1001 }, 'at most the 1000 training timesteps'],
    [
      'a request that also gives a spacing',
      { originalSteps: 50, spacing: 'trailing' },
      'got originalSteps and spacing',
    ],
    [
      'a fractional number of steps',
      { originalSteps: 50.5 },
      'a whole number, at least 1, or null for the steps of the spacing',
    ],
  ])('refuses %s', (_what, more, message) => {
    expect(() => plan({ sampler: 'lcm', steps: 4, ...more })).toThrow(message);
  });
});
