import { createSchedule } from '@isonoise/schedule';
import { describe, expect, it } from 'vitest';
import type { Denoiser } from './denoiser.ts';
import { initialNoise } from './noise-source.ts';
import { runSampling, toSamplingStart } from './run-sampling.ts';
import { sample } from './sample.ts';
import { planSampling, type SampleRequest } from './sample-request.ts';
import type { SampleStep } from './sample-step.ts';
import { decodeSampling, encodeSampling } from './saved-json.ts';

const request: SampleRequest = {
  shape: { channels: 1, height: 2, width: 3 },
  schedule: createSchedule({ kind: 'linear', numTrainTimesteps: 100 }),
  predictionType: 'epsilon',
  seed: 5,
  images: 2,
  spacing: 'leading',
  steps: 5,
};
const network: Denoiser = async (x, t) =>
  x.map((value) => Math.fround(Math.sin(value) * 0.4 + (t[0] ?? 0) / 300));
const noise = initialNoise(5, [0, 1], 6);
const image = Float32Array.from({ length: 12 }, (_, i) => Math.sin(i));

async function steps(more: Partial<SampleRequest>): Promise<SampleStep[]> {
  const found: SampleStep[] = [];
  for await (const step of sample(network, { ...request, ...more })) found.push(step);
  return found;
}

describe('a given start', () => {
  it.each(['ddim', 'ddpm', 'unipc', 'heun'] as const)(
    'with the noise of the seed gives the same bits as a run without a given start: %s',
    async (sampler) => {
      const before = noise.slice();
      const usual = await steps({ sampler });
      const given = await steps({ sampler, start: { x: noise } });
      expect(given.map(({ x }) => x)).toEqual(usual.map(({ x }) => x));
      expect(noise).toEqual(before);
    },
  );

  it('at a later level gives the same bits as a run that reached this level', async () => {
    const usual = await steps({ sampler: 'ddim' });
    const given = await steps({ sampler: 'ddim', start: { x: usual[1]?.x ?? noise, skip: 2 } });
    expect(given.map(({ x }) => x)).toEqual(usual.slice(2).map(({ x }) => x));
    expect(given.map(({ t }) => t)).toEqual([40, 20, 0]);
    expect(given.map(({ step, steps }) => [step, steps])).toEqual([
      [1, 3],
      [2, 3],
      [3, 3],
    ]);
  });

  it('is an image if the sampler inverts, and the levels are then visited in reverse order', async () => {
    const { plan } = toSamplingStart({ ...request, sampler: 'ddim-inverse', start: { x: image } });
    expect(plan.steps).toEqual([
      [-1, 0],
      [0, 20],
      [20, 40],
      [40, 60],
      [60, 80],
    ]);
    expect(plan.start).toBe('given');
    const shown: number[] = [];
    const watched: Denoiser = async (x, t) => {
      shown.push(t[0] ?? Number.NaN);
      return network(x, t);
    };
    for await (const _ of sample(watched, { ...request, sampler: 'ddim-inverse', start: { x: image } })) {
      // The test observes only the calls of the network.
    }
    expect(shown).toEqual([0, 20, 40, 60, 80]);
  });

  it.each(['ddim-inverse', 'dpmpp-2m-inverse'] as const)(
    'is part of a saved run, which resumes with the same bits: %s',
    async (sampler) => {
      const whole = await steps({ sampler, start: { x: image } });
      for (const step of whole) {
        const saved = decodeSampling(encodeSampling(step.save()));
        expect(saved.plan.start).toBe('given');
        let last: Float32Array = saved.x;
        for await (const { x } of sample(network, { from: saved })) last = x;
        expect(last).toEqual(whole.at(-1)?.x);
      }
    },
  );

  it('is not expected in saved runs of older versions, which start from noise', async () => {
    const [first] = await steps({});
    const text = encodeSampling((first as SampleStep).save());
    const old = text.replace('"start":"noise",', '');
    expect(old).not.toBe(text);
    expect(decodeSampling(old)).toEqual(decodeSampling(text));
  });

  const withStart = (x: Float32Array, more: Partial<SampleRequest> = {}): SampleRequest => ({
    ...request,
    start: { x },
    ...more,
  });
  const changed = (value: number): Float32Array => image.map((each, i) => (i === 7 ? value : each));
  const inverse = { sampler: 'ddim-inverse' } as const;
  it.each<[string, SampleRequest, string]>([
    [
      'of the wrong size',
      withStart(image.slice(1)),
      'start.x has 11 values; expected 12 for 2 images of [1, 2, 3].',
    ],
    ['with NaN', withStart(changed(Number.NaN)), 'start.x[7] is NaN; expected finite values in [-100, 100].'],
    ['with infinity', withStart(changed(-Infinity)), 'start.x[7] is -Infinity; expected finite values'],
    [
      'with values from 0 to 255',
      withStart(changed(255)),
      'start.x[7] is 255; expected finite values in [-100, 100].',
    ],
    [
      'beyond the range of images',
      withStart(changed(1.5), inverse),
      'start.x[7] is 1.5; expected finite values in [-1, 1], because sampler "ddim-inverse" starts from images.',
    ],
    [
      'that begins after the last level',
      withStart(image, { start: { x: image, skip: 5 } }),
      'start.skip is 5; expected an integer in [0, 4]',
    ],
    ['that skips half a step', withStart(image, { start: { x: image, skip: 0.5 } }), 'start.skip is 0.5'],
    [
      'that is missing for an inversion',
      { ...request, ...inverse },
      'sampler "ddim-inverse" starts from images, but start is missing; expected images.',
    ],
  ])('%s is refused', (_what, wrong, message) => {
    expect(() => toSamplingStart(wrong)).toThrow(message);
  });

  it('is required by a plan with start "given"', async () => {
    const plan = planSampling(withStart(image));
    await expect(runSampling(network, { plan, nextStep: 0 }).next()).rejects.toMatchObject({
      code: 'SAMPLER_REQUEST',
      message: 'sample: x is missing; expected the images from which the run starts.',
    });
  });

  it('of a saved inversion is rejected if its steps go to less noise', async () => {
    const [first] = await steps({ ...inverse, start: { x: image } });
    const { plan, ...rest } = (first as SampleStep).save();
    const back = { ...plan, steps: plan.steps.map(([a, b]) => [b, a] as const).reverse() };
    expect(() => toSamplingStart({ from: { ...rest, plan: back } })).toThrow(
      'spacing[0] is -1; expected a number in [0, 99]',
    );
  });
});
