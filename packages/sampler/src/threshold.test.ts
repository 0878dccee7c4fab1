import { createSchedule } from '@isonoise/schedule';
import { expect, it } from 'vitest';
import type { Denoiser } from './denoiser.ts';
import { sample } from './sample.ts';
import type { SampleRequest } from './sample-request.ts';
import type { SampleStep } from './sample-step.ts';
import { decodeSampling, encodeSampling } from './saved-json.ts';
import { thresholdImages, thresholdOf } from './threshold.ts';

it('thresholdImages scales each image by its own quantile', () => {
  // |x_0| sorted: 0, 1, 2, 4. At ratio 0.5 the rank is 1.5, between 1 and 2.
  const x0 = Float64Array.of(-4, 0, 1, 2, 0.5, -0.5, 0.25, 0);
  thresholdImages(x0, 2, { ratio: 0.5, max: 10 });
  expect([...x0]).toEqual([-1, 0, 1 / 1.5, 1, 0.5, -0.5, 0.25, 0]);
});

it('thresholdImages limits the threshold to max, and clips if max is 1', () => {
  const limited = Float64Array.of(-4, 0, 1, 3);
  thresholdImages(limited, 1, { ratio: 1, max: 2 });
  expect([...limited]).toEqual([-1, 0, 0.5, 1]);
  const clipped = Float64Array.of(-4, 0, 0.75, 3);
  thresholdImages(clipped, 1, { ratio: 1, max: 1 });
  expect([...clipped]).toEqual([-1, 0, 0.75, 1]);
});

it('thresholdOf returns the defaults of diffusers, or undefined without thresholding', () => {
  expect(thresholdOf({ thresholding: true })).toEqual({ ratio: 0.995, max: 1 });
  expect(thresholdOf({ thresholding: true, thresholdRatio: 0.9, thresholdMax: 3 })).toEqual({
    ratio: 0.9,
    max: 3,
  });
  expect(thresholdOf({ thresholdRatio: 0.9 })).toBeUndefined();
});

const request: SampleRequest = {
  shape: { channels: 1, height: 3, width: 4 },
  schedule: createSchedule({ kind: 'linear' }),
  predictionType: 'sample',
  seed: 3,
  images: 2,
  steps: 6,
  clip: false,
};
const THRESHOLD = { thresholding: true, thresholdRatio: 0.8, thresholdMax: 2.5 };
/** Estimates far outside of [-1, 1]. */
const predict: Denoiser = async (x) => x.map((value, i) => 2 * value + Math.sin(i % 12));

async function draw(changed: Partial<SampleRequest> = {}): Promise<readonly SampleStep[]> {
  const steps: SampleStep[] = [];
  for await (const step of sample(predict, {
    ...request,
    ...(changed.clip === 1 ? {} : THRESHOLD),
    ...changed,
  }))
    steps.push(step);
  return steps;
}
const resultOf = (steps: readonly SampleStep[]): Float32Array => steps.at(-1)?.x ?? new Float32Array(0);

it.each(['ddim', 'ddpm', 'unipc', 'heun'] as const)(
  '%s thresholds each image separately',
  async (sampler) => {
    const both = await draw({ sampler });
    const result = resultOf(both);
    expect(result).not.toEqual(resultOf(await draw({ sampler, clip: 1 })));
    expect(result.slice(12)).toEqual(resultOf(await draw({ sampler, images: [1] })));
    // The preview is the estimate that the sampler used.
    for (const { preview } of both) expect(Math.max(...preview.map(Math.abs))).toBe(1);
  },
);

it('thresholding with a largest threshold of 1 equals clipping', async () => {
  const thresholded = resultOf(await draw({ thresholdMax: 1 }));
  expect(thresholded).toEqual(resultOf(await draw({ clip: 1 })));
});

it('a saved run keeps its thresholding', async () => {
  const steps = await draw({ sampler: 'unipc' });
  const saved = decodeSampling(encodeSampling((steps[2] as SampleStep).save()));
  const resumed: SampleStep[] = [];
  for await (const step of sample(predict, { from: saved })) resumed.push(step);
  expect(resultOf(resumed)).toEqual(resultOf(steps));
});
