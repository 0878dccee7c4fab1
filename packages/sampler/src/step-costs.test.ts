import { createSchedule } from '@isonoise/schedule';
import { describe, expect, it } from 'vitest';
import type { Denoiser } from './denoiser.ts';
import { planRows } from './plan-rows.ts';
import { toSamplingStart } from './run-sampling.ts';
import { sample } from './sample.ts';
import { planSampling, type SampleRequest } from './sample-request.ts';
import { sampleStepsOf } from './sample-step.ts';
import { costBefore } from './step-costs.ts';

const request: SampleRequest = {
  shape: { channels: 1, height: 2, width: 2 },
  schedule: createSchedule({ kind: 'linear' }),
  predictionType: 'epsilon',
  seed: 1,
  images: 1,
  steps: 5,
};

function costsOf(changed: Partial<SampleRequest>): readonly number[] {
  const plan = planSampling({ ...request, ...changed });
  return costBefore(plan, planRows(plan));
}

describe('costBefore', () => {
  it('counts the network calls of each step', () => {
    expect(costsOf({})).toEqual([0, 1, 2, 3, 4, 5]);
    expect(costsOf({ sampler: 'heun' })).toEqual([0, 2, 4, 6, 8, 9]);
    // Runge-Kutta: four calls in each of the first three steps.
    expect(costsOf({ sampler: 'pndm' })).toEqual([0, 4, 8, 12, 13, 14]);
  });

  it('counts guided calls twice, and counts the calls of a guide', () => {
    const guided = { guidance: 2, nullClass: 10, classLabels: 3 };
    expect(costsOf(guided)).toEqual([0, 2, 4, 6, 8, 10]);
    // sigma/alpha at 999, 799, 599, 399, 199 is 157, 25, 6.1, 2, 0.74.
    expect(costsOf({ ...guided, guidanceInterval: [1, 10] })).toEqual([0, 1, 2, 4, 6, 7]);
    expect(costsOf({ guidance: 2, guidedBy: 'network', sampler: 'heun' })).toEqual([0, 4, 8, 12, 16, 18]);
  });

  it('is small for a step without a call', () => {
    const level = { t: 1, alpha: 1, sigma: 1, lambda: 0 };
    const rows = [
      { at: null, next: { x: 1 } },
      { at: level, next: { x: 1 }, endsStep: false },
      { at: null, next: { x: 1 } },
    ] as const;
    const [, first, second] = costBefore(planSampling(request), rows);
    expect(first).toBe(0.01);
    expect(second).toBeCloseTo(1.02, 10);
  });
});

describe('the remaining time of a run', () => {
  it('is estimated from network calls, not from steps', async () => {
    let now = 0;
    const slow: Denoiser = async (x) => {
      now += 10;
      return x.map((value) => value / 2);
    };
    const left: unknown[] = [];
    for await (const { elapsedMs, remainingMs } of sample(slow, {
      ...request,
      sampler: 'heun',
      clock: () => now,
    }))
      left.push([elapsedMs, remainingMs]);
    expect(left).toEqual([
      [20, 70],
      [40, 50],
      [60, 30],
      [80, 10],
      [90, 0],
    ]);
  });

  it('does not include the finished steps of a resumed run', () => {
    const start = { ...toSamplingStart({ ...request, sampler: 'heun' }), nextStep: 3 };
    const x = new Float32Array(4);
    const toStep = sampleStepsOf(start);
    expect(toStep({ step: 3, x, x0: x, memory: [] }, 20)).toMatchObject({ step: 4, remainingMs: 10 });
    expect(toStep({ step: 3, x, x0: x, memory: [] })).not.toHaveProperty('remainingMs');
  });
});
