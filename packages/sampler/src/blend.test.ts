import { createSchedule, levelAt } from '@isonoise/schedule';
import { describe, expect, it } from 'vitest';
import type { Denoiser } from './denoiser.ts';
import { countPlanCalls } from './guided-network.ts';
import { planRows } from './plan-rows.ts';
import { toSamplingStart } from './run-sampling.ts';
import { sample } from './sample.ts';
import type { SampleRequest } from './sample-request.ts';
import { samplersFor } from './sampler-table.ts';
import type { PlannedBlend } from './sampling-plan.ts';
import { decodeSampling, encodeSampling } from './saved-json.ts';

const schedule = createSchedule({ kind: 'linear' });
const size = 6;
const request: SampleRequest = {
  shape: { channels: 1, height: 2, width: 3 },
  schedule,
  predictionType: 'epsilon',
  seed: 5,
  images: [0, 0, 0],
  steps: 8,
};

const DEVIATION = 0.2;
const MEANS = [0, -0.4, 0.5];
/** The exact ε of independent normals. Their mean depends on the class, or is the weighted sum of the means of the tags. */
const exact: Denoiser = async (x, t, condition) =>
  x.map((value, i) => {
    const image = Math.floor(i / size);
    const width = (condition?.length ?? 0) / t.length;
    const row = [...(condition ?? [])].slice(image * width, (image + 1) * width);
    const mean =
      condition instanceof Float32Array
        ? row.reduce((sum, weight, tag) => sum + weight * (MEANS[tag] ?? 0), 0)
        : (MEANS[row[0] ?? 0] ?? 0);
    const { alpha, sigma } = levelAt(schedule, t[image] ?? 0);
    return (sigma * (value - alpha * mean)) / ((alpha * DEVIATION) ** 2 + sigma ** 2);
  });

async function last(of: Partial<SampleRequest>, denoise = exact): Promise<Float32Array> {
  let x: Float32Array = new Float32Array(0);
  for await (const step of sample(denoise, { ...request, ...of })) ({ x } = step);
  return x;
}

const blend: PlannedBlend = { classLabels: [2, 2, 2], shares: [0, 0.25, 1] };

describe('a blend of two classes', () => {
  it.each(samplersFor('diffusion'))(
    'gives the images of a single class for the shares 0 and 1: %s',
    async (sampler) => {
      for (const guided of [{}, { guidance: 3, nullClass: 0, guidanceRescale: 0.5 }]) {
        const of = { ...guided, sampler };
        const blended = await last({ ...of, classLabels: 1, blend });
        const first = await last({ ...of, classLabels: 1, images: 1 });
        const second = await last({ ...of, classLabels: 2, images: 1 });
        expect(blended.slice(0, size)).toEqual(first);
        expect(blended.slice(2 * size)).toEqual(second);
      }
    },
  );

  it('draws from the normal distribution whose mean is blended with the same share', async () => {
    // p(x|a)^(1 − s) p(x|b)^s of normals with equal variances is the normal with the mean (1 − s) a + s b.
    const mean = 0.75 * (MEANS[1] ?? 0) + 0.25 * (MEANS[2] ?? 0);
    const between: Denoiser = async (x, t) =>
      x.map((value, i) => {
        const { alpha, sigma } = levelAt(schedule, t[Math.floor(i / size)] ?? 0);
        return (sigma * (value - alpha * mean)) / ((alpha * DEVIATION) ** 2 + sigma ** 2);
      });
    const blended = await last({ classLabels: 1, blend, clip: false });
    const expected = await last({ images: 1, clip: false }, between);
    // The outputs are rounded to float32 before they are mixed.
    for (const [i, value] of expected.entries()) expect(blended[size + i]).toBeCloseTo(value, 5);
  });

  it('draws each image as if it were alone, also in a resumed run', async () => {
    const of = { classLabels: [1, 1, 2], images: [4, 5, 6], blend: { ...blend, shares: [0.1, 0.6, 0.5] } };
    const all = await last(of);
    const alone = { classLabels: 1, images: [5], blend: { classLabels: [2], shares: [0.6] } };
    expect(await last(alone)).toEqual(all.slice(size, 2 * size));
    for await (const step of sample(exact, { ...request, ...of })) {
      const from = decodeSampling(encodeSampling(step.save()));
      expect(from.plan.blend).toEqual(of.blend);
      let { x } = from;
      for await (const next of sample(exact, { from })) ({ x } = next);
      expect(x).toEqual(all);
    }
  });

  it('mixes windows and guided outputs, and makes as many network calls as countPlanCalls predicts', async () => {
    let images = 0;
    const counting: Denoiser = (x, t, condition) => {
      images += t.length;
      return exact(x, t, condition);
    };
    const of = {
      classLabels: 1,
      nullClass: 0,
      guidance: 2,
      guidanceInterval: [0.5, null],
      canvas: { height: 4, width: 6, stride: 2 },
      blend,
    } as const;
    const all = await last(of, counting);
    expect(all.length).toBe(3 * 24);
    const { plan } = toSamplingStart({ ...request, ...of });
    const { network, guide } = countPlanCalls(plan, planRows(plan));
    expect({ images, guide }).toEqual({ images: 3 * network, guide: 0 });
  });
});

describe('a blend of tags', () => {
  const tags = { count: 3, images: [[1], [1], [1]], without: [] };

  it('gives the images of a single list of tags for the shares 0 and 1', async () => {
    const blended = await last({
      tags,
      guidance: 2,
      blend: { tags: [[2], [2], [2, 0]], shares: [0, 0.5, 1] },
    });
    const one = (list: readonly number[]): Promise<Float32Array> =>
      last({ tags: { ...tags, images: [list] }, guidance: 2, images: 1 });
    expect(blended.slice(0, size)).toEqual(await one([1]));
    expect(blended.slice(2 * size)).toEqual(await one([2, 0]));
  });

  it.each<[string, object, string]>([
    ['without classes', { blend }, 'the images have neither classes nor tags'],
    ['without shares', { classLabels: 1, blend: { classLabels: [2, 2, 2] } }, 'blend.shares is undefined'],
    [
      'with shares above 1',
      { classLabels: 1, blend: { ...blend, shares: [0, 1, 1.5] } },
      'numbers from 0 to 1',
    ],
    ['with NaN', { classLabels: 1, blend: { ...blend, shares: [0, 1, Number.NaN] } }, 'numbers from 0 to 1'],
    [
      'with too few classes',
      { classLabels: 1, blend: { ...blend, classLabels: [2] } },
      'blend.classLabels is [2]; expected integers, one for each of 3 images.',
    ],
    ['with classes for tags', { tags, blend }, 'blend.tags is undefined; expected lists of different tags'],
    [
      'with unknown tags',
      { tags, blend: { tags: [[1], [2], [3]], shares: [0, 0, 0] } },
      'lists of different tags, integers in [0, 2]',
    ],
    [
      'that is not an object',
      { classLabels: 1, blend: 3 },
      'blend is 3; expected { classLabels or tags, shares }.',
    ],
  ])('is refused %s', (_what, change, message) => {
    expect(() => toSamplingStart({ ...request, ...change })).toThrow(message);
  });
});
