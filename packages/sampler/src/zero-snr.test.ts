import { createSchedule, levelAt } from '@isonoise/schedule';
import { describe, expect, it } from 'vitest';
import type { Denoiser } from './denoiser.ts';
import { sample } from './sample.ts';
import { planSampling, type SampleRequest } from './sample-request.ts';
import { samplerNames, samplers } from './sampler-table.ts';

const schedule = createSchedule({ kind: 'cosine', numTrainTimesteps: 100, zeroTerminalSnr: true });
const POINT = 0.4;

/** The exact answers for data of one point: v = α ε - σ x_0. */
const network =
  (type: 'v_prediction' | 'sample'): Denoiser =>
  async (x, t) => {
    const { alpha, sigma } = levelAt(schedule, t[0] ?? 0);
    return x.map((value) =>
      type === 'sample' ? POINT : (alpha * (value - alpha * POINT)) / sigma - sigma * POINT,
    );
  };

const request: SampleRequest = {
  shape: { channels: 1, height: 2, width: 2 },
  schedule,
  predictionType: 'v_prediction',
  seed: 3,
  images: 2,
  spacing: 'trailing',
  steps: 6,
};

async function lastImages(more: Partial<SampleRequest>, denoise: Denoiser): Promise<Float32Array> {
  let images: Float32Array = new Float32Array();
  for await (const { x } of sample(denoise, { ...request, ...more })) images = x;
  return images;
}

const fromNoise = samplerNames.filter(
  (name) => samplers[name].inverts === undefined && samplers[name].process !== 'flow',
);

describe('a schedule that ends in pure noise', () => {
  it.each(fromNoise)('is sampled by %s from its last timestep, which is pure noise', async (sampler) => {
    for (const predictionType of ['v_prediction', 'sample'] as const) {
      // lcm returns x at timestep 0, where karras ends.
      for (const spacing of sampler === 'lcm' ? (['trailing'] as const) : (['trailing', 'karras'] as const)) {
        const images = await lastImages({ sampler, predictionType, spacing }, network(predictionType));
        // Images are float32, and karras covers six decades of σ/α; dpm-2m-sde multiplies the rounding of ε.
        for (const value of images) expect(Math.abs(value - POINT)).toBeLessThan(5e-4);
      }
    }
  });

  it('refuses prediction type epsilon at that timestep, and accepts it at earlier ones', () => {
    const plan = (more: Partial<SampleRequest>) =>
      planSampling({ ...request, sampler: 'ddim', predictionType: 'epsilon', ...more });
    expect(() => plan({})).toThrow(
      expect.objectContaining({
        code: 'SAMPLER_REQUEST',
        message: expect.stringContaining('prediction type epsilon at timestep 99, which is pure noise'),
      }),
    );
    expect(plan({ spacing: 'leading', steps: 5 }).steps[0]).toEqual([80, 60]);
  });
});
