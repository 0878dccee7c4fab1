import { createSchedule } from '@isonoise/schedule';
import { describe, expect, it } from 'vitest';
import { conditionRows, tagRows } from './condition.ts';
import type { Denoiser } from './denoiser.ts';
import { runSampling, toSamplingStart } from './run-sampling.ts';
import type { SampleRequest } from './sample-request.ts';
import { decodeSampling, encodeSampling } from './saved-json.ts';

const COUNT = 3;
/** Returns Σ_k row_k 10^k for each image, so that the output shows the tags of the call. */
const network: Denoiser = async (x, t, condition) => {
  if (!(condition instanceof Float32Array)) throw new Error('expected rows of tags');
  return x.map((_, i) => {
    const image = Math.floor((i * t.length) / x.length);
    const row = conditionRows(condition, t.length, image, image + 1);
    return row.reduce((sum, value, k) => sum + value * 10 ** k, 0) / 1000;
  });
};

const request: SampleRequest = {
  shape: { channels: 1, height: 1, width: 2 },
  schedule: createSchedule({ kind: 'linear' }),
  predictionType: 'sample',
  seed: 1,
  images: 2,
  sampler: 'ddim',
  steps: 2,
  clip: false,
  tags: { count: COUNT, images: [[0], [1, 2]], without: [] },
};

/** The image after the last step: DDIM ends at the network's last estimate of x_0. */
async function drawn(changes: Partial<SampleRequest> = {}): Promise<readonly number[]> {
  let last: readonly number[] = [];
  for await (const { x0 } of runSampling(network, toSamplingStart({ ...request, ...changes })))
    last = [...x0];
  return last;
}

describe('rows of tags', () => {
  it('have 1/√n for each of n tags, and zeros without tags', () => {
    expect(tagRows([[], [2], [0, 1, 2], [1, 0]], 3)).toEqual(
      Float32Array.of(
        ...[0, 0, 0],
        ...[0, 0, 1],
        ...[1 / Math.sqrt(3), 1 / Math.sqrt(3), 1 / Math.sqrt(3)],
        ...[Math.SQRT1_2, Math.SQRT1_2, 0],
      ),
    );
  });
});

describe('a run with tags', () => {
  const [one, two] = [1 / 1000, (Math.fround(Math.SQRT1_2) * 110) / 1000];
  // The answers are rounded to float32, and the last step of DDIM returns them unchanged.
  const digits = 6;

  it('gives the network the row of each image', async () => {
    const image = await drawn();
    for (const [i, value] of [one, one, two, two].entries()) expect(image[i]).toBeCloseTo(value, digits);
  });

  it('is guided away from images without tags: 0 + g (tags − 0)', async () => {
    const image = await drawn({ guidance: 3 });
    for (const [i, value] of [one, one, two, two].entries()) expect(image[i]).toBeCloseTo(3 * value, digits);
  });

  it('is guided away from negative tags: negative + g (tags − negative)', async () => {
    const tags = { count: COUNT, images: [[0], [1, 2]], without: [2] };
    const image = await drawn({ guidance: 3, tags });
    const away = 100 / 1000;
    for (const [i, value] of [one, one, two, two].entries())
      expect(image[i]).toBeCloseTo(away + 3 * (value - away), digits);
  });

  it('keeps its tags when it is saved and resumed', async () => {
    const start = toSamplingStart({
      ...request,
      guidance: 2,
      tags: { count: 3, images: [[0], []], without: [1] },
    });
    const saved = { plan: start.plan, nextStep: start.nextStep, x: Float32Array.of(1, 2, 3, 4) };
    expect(decodeSampling(encodeSampling(saved)).plan).toEqual(start.plan);
    expect(start.plan.tags).toEqual({ count: 3, images: [[0], []], without: [1] });
  });

  it.each([
    [{ tags: { count: 3, images: [[0]], without: [] } }, /a list of tags for each of 2 images/],
    [{ tags: { count: 3, images: [[0], [3]], without: [] } }, /tags\.images\[1\] is .*integers in \[0, 2\]/],
    [{ tags: { count: 3, images: [[0], [1, 1]], without: [] } }, /distinct integers/],
    [{ tags: { count: 0, images: [[], []], without: [] } }, /tags\.count is 0/],
    [
      { tags: { count: 16385, images: [[], []], without: [] } },
      /tags\.count is 16385; expected an integer in \[1, 16384\]/,
    ],
    [
      { images: 65537, tags: { count: 16384, images: [], without: [] } },
      /the rows of 16384 tags for 65537 images have 1073758208 values; expected at most 1073741824/,
    ],
    [{ tags: { count: 3, images: [[0], [1]], without: [2] } }, /tags\.without is not empty, guidance is 1/],
    [{ classLabels: 1 }, /both tags and classes/],
  ] as const)('refuses %j', (changes, message) => {
    expect(() => toSamplingStart({ ...request, ...changes })).toThrow(message);
  });
});
