import { createSchedule, jump, levelAt } from '@isonoise/schedule';
import { expect, it } from 'vitest';
import type { Denoiser } from './denoiser.ts';
import { guided } from './guided.ts';
import { sample } from './sample.ts';
import type { SampleRequest } from './sample-request.ts';
import { samplers } from './sampler-table.ts';
import type { DdpmVariance } from './settings.ts';
import { takeRow } from './take-row.ts';

const schedule = createSchedule({ kind: 'linear' });
const [T, PREVIOUS] = [500, 480];
const grid = { schedule, levels: [levelAt(schedule, T), levelAt(schedule, PREVIOUS)] };
const x = Float32Array.of(0.5, -1, 2, 0);
const output = Float32Array.of(1, -0.5, 0.25, 0);
const v = Float32Array.of(-1, 1, 0.3, -2.5);
const z = Float32Array.of(0.7, -1.1, 0.2, 1.9);

function noiseOf(variance: DdpmVariance, v: Float32Array): number[] {
  const [row] = samplers.ddpm.rows(grid, { variance });
  if (row === undefined) throw new Error('no row');
  const take = (noise: Float32Array): Float32Array =>
    takeRow(row, { predictionType: 'epsilon' }, { x, output, variance: v, memory: [], noise: [noise] }).next;
  const [noisy, mean] = [take(z), take(new Float32Array(4))];
  return Array.from(noisy, (value, i) => value - (mean[i] ?? Number.NaN));
}

it('ddpm with variance learnedRange interpolates log variances, as DDPMScheduler does', () => {
  const { beta, posteriorVariance } = jump(schedule, T, PREVIOUS);
  noiseOf('learnedRange', v).forEach((found, i) => {
    const share = ((v[i] ?? 0) + 1) / 2;
    const logVariance = share * Math.log(beta) + (1 - share) * Math.log(posteriorVariance);
    // The two values that are subtracted are rounded to float32: 2^-24 of values below 4.
    expect(found).toBeCloseTo(Math.exp(logVariance / 2) * (z[i] ?? 0), 6);
  });
});

it('ddpm with variance learnedLog uses the log variance of the network', () => {
  noiseOf('learnedLog', v).forEach((found, i) => {
    expect(found).toBeCloseTo(Math.exp((v[i] ?? 0) / 2) * (z[i] ?? 0), 6);
  });
});

it('ddpm with variance learned uses the variance of the network, as DDPMScheduler does', () => {
  const variances = Float32Array.of(0, 0.5, 0.01, 2);
  noiseOf('learned', variances).forEach((found, i) => {
    expect(found).toBeCloseTo(Math.sqrt(variances[i] ?? 0) * (z[i] ?? 0), 6);
  });
});

it('a negative learned variance is refused', () => {
  expect(() => noiseOf('learned', v)).toThrow(/returned the variance -1; expected 0 or more\. .* learnedLog/);
});

const request: SampleRequest = {
  shape: { channels: 1, height: 2, width: 2 },
  schedule,
  predictionType: 'epsilon',
  seed: 3,
  images: 2,
  steps: 5,
};
const predict: Denoiser = async (x) => x.map((value) => value / 2);
/** The same prediction, followed by the variances of each image. */
const predictBoth: Denoiser = async (x, t) => {
  const size = x.length / t.length;
  const out = new Float32Array(2 * x.length);
  for (let i = 0; i < x.length; i++) {
    const at = 2 * i - (i % size);
    out[at] = (x[i] as number) / 2;
    out[at + size] = Math.sin(i % size);
  }
  return out;
};

async function draw(denoise: Denoiser, changed: Partial<SampleRequest>): Promise<Float32Array> {
  let last = new Float32Array(0);
  for await (const { x } of sample(denoise, { ...request, ...changed })) last = Float32Array.from(x);
  return last;
}

it.each(['ddim', 'ddpm', 'unipc', 'heun'] as const)('%s ignores variances', async (sampler) => {
  expect(await draw(predictBoth, { sampler })).toEqual(await draw(predict, { sampler }));
});

it('an image with learned variances does not depend on its batch', async () => {
  const settings = { sampler: 'ddpm', variance: 'learnedRange' } as const;
  const both = await draw(predictBoth, settings);
  expect(both.slice(4)).toEqual(await draw(predictBoth, { ...settings, images: [1] }));
  expect(both).not.toEqual(await draw(predictBoth, { sampler: 'ddpm' }));
});

it('ddpm with a learned variance refuses a network that does not return variances', async () => {
  await expect(draw(predict, { sampler: 'ddpm', variance: 'learned' })).rejects.toMatchObject({
    code: 'SAMPLER_OUTPUT',
    message: expect.stringContaining('expected 16 for a learned variance'),
  });
});

it('guidance keeps the variances that the network returns for the class', async () => {
  const network: Denoiser = async (x, t, labels) => {
    const size = x.length / t.length;
    return Float32Array.from({ length: 2 * x.length }, (_, i) => {
      const image = Math.floor(i / (2 * size));
      return (labels?.[image] ?? 0) + (i % (2 * size) < size ? 0 : 100);
    });
  };
  const out = await guided(network, { guidance: 3, nullClass: 9 })(
    new Float32Array(4),
    Float32Array.of(5, 5),
    Int32Array.of(1, 2),
  );
  // 9 + 3 (1 - 9) = -15, 9 + 3 (2 - 9) = -12.
  expect([...out]).toEqual([-15, -15, 101, 101, -12, -12, 102, 102]);
});
