import { type ModelSpec, toSchedule, toSchedulerConfig } from '@isonoise/bundle';
import type { Denoiser } from '@isonoise/sampler';
import { type CLEAN, levelAt } from '@isonoise/schedule';
import { describe, expect, it } from 'vitest';
import { interpolate, interpolationRecord } from './interpolate.ts';
import { type InvertOptions, invert } from './invert.ts';
import { createModel, type Model } from './model.ts';

const spec: ModelSpec = {
  fractionalTimes: true,
  name: 'normals',
  image: { channels: 1, height: 2, width: 3 },
  dataRange: [-1, 1],
  scheduler: toSchedulerConfig({ kind: 'linear', numTrainTimesteps: 1000 }),
  classes: null,
};
const schedule = toSchedule(spec.scheduler);
/** Standard deviation of the data, whose values are independent normals of mean 0. */
const DEVIATION = 0.3;
const deviationAt = ({ alpha, sigma }: typeof CLEAN): number => Math.hypot(alpha * DEVIATION, sigma);

/** The exact ε of the data: σ x / (α² s² + σ²). */
const exact: Denoiser = async (x, t) =>
  x.map((value, i) => {
    const level = levelAt(schedule, t[Math.floor(i / 6)] ?? 0);
    return (level.sigma * value) / deviationAt(level) ** 2;
  });

/** A model whose requests are recorded. */
function recorded(): { readonly model: Model; readonly requests: Parameters<Model['sample']>[0][] } {
  const provider = { name: 'cpu', reason: 'requested' } as const;
  const model = createModel({ denoise: exact, spec, golden: null, provider, dispose: async () => {} });
  const requests: Parameters<Model['sample']>[0][] = [];
  const sample: Model['sample'] = (request) => {
    requests.push(request);
    return model.sample(request);
  };
  return { model: { ...model, sample }, requests };
}

const pictures = Float32Array.of(0.1, -0.2, 0.3, 0.4, -0.5, 0.2, -0.3, 0.2, 0.1, 0.6, 0, -0.1);
/** The probability-flow ODE of normals scales each value by the ratio of the deviations. */
const SCALE = deviationAt(levelAt(schedule, 999)) / DEVIATION;

describe('invert', () => {
  it('finds the noise of the probability-flow ODE, and redraws the pictures from this noise', async () => {
    const { model } = recorded();
    const { noise, drawn, errors, sampler } = await invert(model, pictures, { steps: 200 });
    expect(sampler).toBe('dpmpp-2m');
    // Finite steps have an error. With 200 steps, the largest one is 0.0022.
    for (const [i, value] of noise.entries())
      expect(Math.abs(value / SCALE - (pictures[i] as number))).toBeLessThan(3e-3);
    const differences = drawn.map((value, i) => value - (pictures[i] as number));
    for (const [k, error] of errors.entries())
      expect(error).toBeCloseTo(Math.hypot(...differences.subarray(6 * k, 6 * k + 6)) / Math.sqrt(6), 6);
    expect(Math.max(...errors)).toBeLessThan(3e-3);
  });

  it.each<[InvertOptions]>([[{}], [{ steps: undefined }]])(
    'takes 50 steps in each direction with the options %j',
    async (options) => {
      const { model, requests } = recorded();
      await invert(model, pictures, options);
      expect(requests).toMatchObject([
        { sampler: 'dpmpp-2m-inverse', steps: 50 },
        { sampler: 'dpmpp-2m', steps: 50 },
      ]);
    },
  );

  it.each([0, 5, 13])('refuses an array of %i values, which does not hold whole pictures', async (length) => {
    await expect(invert(recorded().model, new Float32Array(length))).rejects.toMatchObject({
      code: 'RUNTIME_REQUEST',
      message: `invert: the pictures have ${length} values; expected 6 for each picture of [1, 2, 3].`,
    });
  });

  it('inverts larger pictures: with independent pixels, windows do not change the noise', async () => {
    const { model } = recorded();
    const canvas = { height: 4, width: 3 };
    const larger = await invert(model, pictures, { steps: 5, canvas });
    const ordinary = await invert(model, pictures, { steps: 5 });
    expect(larger.noise).toEqual(ordinary.noise);
    expect(larger.errors).toHaveLength(1);
    await expect(invert(model, pictures.subarray(6), { canvas })).rejects.toThrow(
      'the pictures have 6 values; expected 12 for each picture of [1, 4, 3].',
    );
  });

  it('refuses a sampler that does not invert', async () => {
    await expect(invert(recorded().model, pictures, { sampler: 'ddim' })).rejects.toThrow(
      'invert: sampler is "ddim"; expected a sampler that inverts',
    );
  });
});

describe('interpolate', () => {
  it('begins and ends with the redrawn pictures', async () => {
    const { model } = recorded();
    const { images, errors } = await interpolate(model, pictures, 3, { steps: 200 });
    const { drawn, errors: ofPictures } = await invert(model, pictures, { steps: 200 });
    expect(images.length).toBe(18);
    expect(images.subarray(0, 6)).toEqual(drawn.subarray(0, 6));
    expect(images.subarray(12)).toEqual(drawn.subarray(6));
    expect(errors).toEqual(ofPictures);
    // Here images are linear in the noise, so the middle image also lies on the great circle.
    const [a, b] = [pictures.subarray(0, 6), pictures.subarray(6)];
    const dot = (u: Float32Array, v: Float32Array): number =>
      u.reduce((sum, x, i) => sum + x * (v[i] as number), 0);
    const angle = Math.acos(dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b)));
    const factor = Math.sin(angle / 2) / Math.sin(angle);
    for (let i = 0; i < 6; i++)
      expect(images[6 + i]).toBeCloseTo(factor * ((a[i] as number) + (b[i] as number)), 2);
  });

  it('draws the same image at the same position, regardless of the number of images', async () => {
    const { model } = recorded();
    const three = await interpolate(model, pictures, 3, { steps: 5 });
    const five = await interpolate(model, pictures, 5, { steps: 5 });
    expect(three.images.subarray(6, 12)).toEqual(five.images.subarray(12, 18));
  });

  it('has a record with the plan of the run that draws the images', async () => {
    const { model } = recorded();
    for (const options of [{}, { steps: 4, canvas: { width: 4, height: 2 } }] satisfies InvertOptions[]) {
      const given = 'canvas' in options ? new Float32Array(16) : pictures;
      const plans: unknown[] = [];
      await interpolate(model, given, 3, {
        ...options,
        onStep: ({ run, step }) => void (run === 2 && plans.push(step.save().plan)),
      });
      expect(interpolationRecord(model, given, 3, options).plan).toEqual(plans.at(-1));
    }
  });

  it('checks all runs before the first step', async () => {
    const { model, requests } = recorded();
    const canvas = { height: 2, width: 3, stride: 3 };
    await expect(interpolate(model, pictures, 3, { steps: 5, canvas })).rejects.toThrow('stride is 3');
    expect(requests).toEqual([]);
  });

  it('refuses any number of pictures except two, and an invalid number of images', async () => {
    const { model } = recorded();
    await expect(interpolate(model, new Float32Array(24), 3)).rejects.toThrow(
      'interpolate: the pictures have 24 values; expected 12 for two pictures of [1, 2, 3].',
    );
    for (const count of [1, 2.5, 2 ** 21])
      await expect(interpolate(model, pictures, count)).rejects.toMatchObject({ code: 'RUNTIME_REQUEST' });
  });
});
