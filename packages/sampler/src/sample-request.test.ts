import { createSchedule } from '@isonoise/schedule';
import { describe, expect, it } from 'vitest';
import { planSampling, type SampleRequest } from './sample-request.ts';

const request: SampleRequest = {
  shape: { channels: 3, height: 32, width: 16 },
  schedule: createSchedule({ kind: 'linear' }),
  predictionType: 'epsilon',
  seed: 18446744073709551615n,
  images: 2,
};

describe('planSampling', () => {
  it('returns plain JSON with all defaults', () => {
    const plan = planSampling(request);
    expect(plan).toMatchObject({
      seed: '18446744073709551615',
      images: [0, 1],
      sampler: 'dpmpp-2m-sde',
      settings: {},
      clip: 1,
      classLabels: null,
      guidance: 1,
      nullClass: null,
    });
    expect(plan.steps).toHaveLength(12);
    // trailing: 1000 · 11/12 - 1 = 915.67 is rounded.
    expect(plan.steps[0]).toEqual([999, 916]);
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  });

  it('uses all steps for DDPM, and given timesteps unchanged', () => {
    expect(planSampling({ ...request, sampler: 'ddpm' }).steps).toHaveLength(1000);
    expect(planSampling({ ...request, spacing: [900, 400] }).steps).toEqual([
      [900, 400],
      [400, -1],
    ]);
    expect(planSampling({ ...request, spacing: 'trailing', steps: 4 }).steps[0]).toEqual([999, 749]);
  });

  it('applies one label to all images', () => {
    expect(planSampling({ ...request, classLabels: 3 }).classLabels).toEqual([3, 3]);
  });

  const cases: readonly [Partial<Record<keyof SampleRequest, unknown>>, RegExp][] = [
    [{ shape: { channels: 1, height: 0, width: 4 } }, /shape.height is 0/],
    [{ shape: undefined }, /shape is undefined/],
    [{ images: 0 }, /images is 0/],
    [{ images: 2.5 }, /images is 2.5/],
    [{ images: 1e7 }, /images is 10000000/],
    // Values from a form or a query string are text. One label is given for all images.
    [{ images: '2', classLabels: 1 }, /images is "2"; expected a count/],
    [{ images: [] }, /images has 0 numbers/],
    [{ images: [1, -1] }, /images\[1\] is -1/],
    [{ images: [2 ** 32] }, /images\[0\] is 4294967296/],
    [{ images: 1 << 20, shape: { channels: 3, height: 512, width: 512 } }, /expected at most/],
    [{ predictionType: 'eps' }, /predictionType is "eps"; expected one of epsilon, sample, v_prediction/],
    [{ sampler: 'leapfrog' }, /sampler is "leapfrog"; expected one of ddpm, ddim/],
    [{ sampler: 'ddpm', eta: 0.5 }, /unknown setting "eta" for sampler "ddpm"; expected variance/],
    [{ sampler: 'ddim', variance: 'fixedSmall' }, /unknown setting "variance" for sampler "ddim"/],
    [{ sampler: 'ddpm', variance: 'fixedMiddle' }, /variance is "fixedMiddle"/],
    [{ sampler: 'ddim', eta: 1.5 }, /eta is 1.5/],
    [{ sampler: 'ddim', eta: Number.NaN }, /eta is NaN/],
    [{ sampler: 'ddim', epsFromClipped: 1 }, /epsFromClipped is 1/],
    [{ clip: 0 }, /clip is 0/],
    [{ clip: true }, /clip is true/],
    [{ classLabels: [1] }, /classLabels has 1 label for 2 images/],
    [{ classLabels: [1, 0.5] }, /classLabels\[1\] is 0.5/],
    [{ guidance: 2 }, /classLabels or nullClass \(the label of "no class"\) is null/],
    [{ guidance: 2, classLabels: 1 }, /classLabels or nullClass \(the label of "no class"\) is null/],
    [
      { guidance: Number.POSITIVE_INFINITY, classLabels: 1, nullClass: 10 },
      /guidance is Infinity; expected a number from 0 to 100/,
    ],
    [{ nullClass: -1 }, /nullClass is -1/],
  ];
  it.each(cases)('refuses %j', (changed, message) => {
    const call = (): unknown => planSampling({ ...request, ...changed } as SampleRequest);
    expect(call).toThrow(message);
    expect(call).toThrow(expect.objectContaining({ code: 'SAMPLER_REQUEST' }));
  });

  it('refuses a bigint, which JSON cannot represent, and shows its value', () => {
    const changed: Partial<Record<keyof SampleRequest, unknown>> = { images: 2n };
    expect(() => planSampling({ ...request, ...changed } as SampleRequest)).toThrow(
      /images is 2; expected a count/,
    );
  });

  it('throws the errors of other packages for seeds and steps', () => {
    expect(() => planSampling({ ...request, seed: -1 })).toThrow(
      expect.objectContaining({ code: 'RANDOM_SEED' }),
    );
    expect(() => planSampling({ ...request, steps: 1001 })).toThrow(
      expect.objectContaining({ code: 'SCHEDULE_SPACING' }),
    );
  });
});
