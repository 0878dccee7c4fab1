import { createSchedule, levelAt } from '@isonoise/schedule';
import { describe, expect, it } from 'vitest';
import type { Denoiser } from './denoiser.ts';
import type { Edit } from './edit.ts';
import { countVisits } from './inpaint-rows.ts';
import { initialNoise } from './noise-source.ts';
import { planRows } from './plan-rows.ts';
import { countCalls } from './row.ts';
import { toSamplingStart } from './run-sampling.ts';
import { sample } from './sample.ts';
import type { SampleRequest } from './sample-request.ts';
import type { SampleStep } from './sample-step.ts';
import { samplersFor } from './sampler-table.ts';
import { decodeSampling, encodeSampling } from './saved-json.ts';

const request: SampleRequest = {
  shape: { channels: 2, height: 2, width: 3 },
  schedule: createSchedule({ kind: 'linear', numTrainTimesteps: 100 }),
  predictionType: 'epsilon',
  seed: 5,
  images: 2,
  steps: 5,
};
const network: Denoiser = async (x, t) =>
  x.map((value, i) => Math.fround(Math.sin(value) * 0.4 + (t[Math.floor(i / 12)] ?? 0) / 300));
const image = Float32Array.from({ length: 12 }, (_, i) => Math.sin(i));
const mask = Uint8Array.of(0, 1, 1, 0, 0, 1);

async function steps(edit: Edit | undefined, more: Partial<SampleRequest> = {}): Promise<SampleStep[]> {
  const found: SampleStep[] = [];
  for await (const step of sample(network, { ...request, ...more, edit })) found.push(step);
  return found;
}

const last = async (...of: Parameters<typeof steps>): Promise<Float32Array> =>
  (await steps(...of)).at(-1)?.x ?? new Float32Array(0);

describe('an edit with a strength', () => {
  it('starts from the picture and the noise of the seed, mixed at the level of the strength', () => {
    const { plan, x, known } = toSamplingStart({ ...request, edit: { image, strength: 0.6 } });
    // Trailing spacing gives 5 steps from 99 to -1. The run takes the last three.
    expect(plan.steps).toEqual([
      [59, 39],
      [39, 19],
      [19, -1],
    ]);
    expect(plan.start).toBe('given');
    expect(known).toBeUndefined();
    const { alpha, sigma } = levelAt(request.schedule, 59);
    const noise = initialNoise(5n, [0, 1], 12);
    expect(x).toEqual(noise.map((z, i) => alpha * (image[i % 12] ?? Number.NaN) + sigma * z));
  });

  it('has a strength of 0.6 by default, and takes all steps with strength 1', () => {
    expect(toSamplingStart({ ...request, edit: { image } }).plan.steps.length).toBe(3);
    expect(toSamplingStart({ ...request, edit: { image, strength: 1 } }).plan.steps.length).toBe(5);
  });

  it('changes one picture for each image, or draws variations of a single picture', async () => {
    const both = Float32Array.of(...image, ...image.map((value) => -value));
    const several = await last({ image: both, strength: 0.4 });
    const second = await last({ image: both.subarray(12), strength: 0.4 }, { images: [1] });
    expect(several.slice(12)).toEqual(second);
    const variations = await last({ image, strength: 0.4 });
    expect(variations.slice(0, 12)).toEqual(several.slice(0, 12));
    expect(variations.slice(12)).not.toEqual(variations.slice(0, 12));
  });
});

describe('an edit with a mask', () => {
  it.each(samplersFor('diffusion'))('keeps the known pixels bit for bit: %s', async (sampler) => {
    for (const edit of [
      { image, mask },
      { image, mask, resample: 2 },
      { image, mask, strength: 0.6 },
    ]) {
      const all = await steps(edit, { sampler });
      for (const shown of [all.at(-1)?.x, all[0]?.preview]) {
        for (const [i, value] of (shown ?? []).entries()) {
          expect(Number.isFinite(value)).toBe(true);
          if (mask[i % 6] === 0) expect(value).toBe(image[i % 12]);
        }
      }
    }
  });

  it.each(samplersFor('diffusion'))(
    'gives the image of a run without an edit if the mask covers everything: %s',
    async (sampler) => {
      const everything = new Uint8Array(6).fill(1);
      expect(await last({ image, mask: everything }, { sampler })).toEqual(
        await last(undefined, { sampler }),
      );
    },
  );

  it.each(samplersFor('diffusion'))(
    'calls the network at least once for each step that countVisits counts: %s',
    (sampler) => {
      for (const edit of [
        { image, mask },
        { image, mask, resample: 3 },
        { image, mask, resample: 3, jump: 2 },
      ]) {
        const { plan } = toSamplingStart({ ...request, sampler, edit });
        const calls = countCalls(planRows(plan));
        expect(countVisits(plan)).toBeLessThanOrEqual(calls);
        if (sampler === 'ddim') expect(countVisits(plan)).toBe(calls);
      }
    },
  );

  it('does not depend on the picture under the mask', async () => {
    const other = image.map((value, i) => (mask[i % 6] === 1 ? -value : value));
    expect(await last({ image, mask, resample: 2 })).toEqual(await last({ image: other, mask, resample: 2 }));
  });

  it('draws each image as if it were alone', async () => {
    const masks = Uint8Array.of(...mask, 1, 0, 0, 0, 0, 0);
    const edit = { image, mask: masks, resample: 3, jump: 2 };
    const both = await last(edit);
    const alone = await last({ ...edit, mask: masks.subarray(6) }, { images: [1] });
    expect(both.slice(12)).toEqual(alone);
  });

  it.each(['ddpm', 'dpmpp-2m-sde', 'unipc', 'heun'] as const)(
    'gives the same bits if it is saved after any step and resumed: %s',
    async (sampler) => {
      const whole = await steps({ image, mask, resample: 3, jump: 2 }, { sampler });
      for (const step of whole.slice(0, -1)) {
        const saved = decodeSampling(encodeSampling(step.save()));
        expect(saved.plan.inpainting).toEqual({ resample: 3, jump: 2 });
        expect(saved.known?.mask).toEqual(Uint8Array.of(...mask, ...mask));
        let end: Float32Array = saved.x;
        for await (const { x } of sample(network, { from: saved })) end = x;
        expect(end).toEqual(whole.at(-1)?.x);
      }
    },
  );

  it('saves copies of the picture and the mask', async () => {
    const edit = { image, mask, strength: 1 };
    const expected = (await steps(edit)).at(-1)?.x;
    let end: Float32Array | undefined;
    for await (const step of sample(network, { ...request, edit })) {
      const { known } = step.save();
      known?.image.fill(0);
      known?.mask.fill(1);
      end = step.x;
    }
    expect(end).toEqual(expected);
  });

  it('stops between the network calls of a step', async () => {
    const stop = new AbortController();
    let calls = 0;
    const counting: Denoiser = (...call) => {
      if (++calls === 3) stop.abort(new Error('enough'));
      return network(...call);
    };
    const edit = { image, mask, resample: 50 };
    const run = sample(counting, { ...request, edit, signal: stop.signal });
    await expect(
      (async () => {
        for await (const _ of run) {
          // The steps are not needed; the network calls are counted.
        }
      })(),
    ).rejects.toThrow('enough');
    expect(calls).toBe(3);
  });
});

describe('a saved run with a mask', () => {
  const saved = async () => {
    const [first] = await steps({ image, mask });
    if (first === undefined) throw new Error('expected a step');
    return first.save();
  };

  it.each([
    ['without its picture', { known: undefined }, 'known is missing or incomplete; expected { image, mask }'],
    [
      'with a mask of another size',
      { known: { image: new Float32Array(24), mask } },
      'known has a mask of 6 pixels',
    ],
    [
      'with a picture outside the range',
      { known: { image: new Float32Array(24).fill(2), mask: new Uint8Array(12) } },
      'known has an image with values outside [-1, 1]',
    ],
    [
      'with a mask of other values',
      { known: { image: new Float32Array(24), mask: new Uint8Array(12).fill(2) } },
      'known has a mask with values other than 0 and 1',
    ],
  ])('is refused %s', async (_what, change, message) => {
    const run = { ...(await saved()), ...change };
    expect(() => toSamplingStart({ from: run as Awaited<ReturnType<typeof saved>> })).toThrow(message);
  });

  it('is refused with a picture if its plan has no mask', async () => {
    const { plan, ...rest } = await saved();
    const { inpainting: _, ...other } = plan;
    expect(() => toSamplingStart({ from: { ...rest, plan: other } })).toThrow(
      'known is present, but the plan has no mask',
    );
  });
});

describe('an edit', () => {
  it.each<[string, Edit, string]>([
    ['with strength 0', { image, strength: 0 }, 'edit.strength is 0; expected a number above 0, at most 1.'],
    ['with strength 2', { image, strength: 2 }, 'edit.strength is 2; expected a number above 0, at most 1.'],
    ['with strength NaN', { image, strength: Number.NaN }, 'edit.strength is NaN'],
    [
      'with a misspelled field',
      Object.assign({ image }, { strenght: 0.3 }),
      'edit has the field "strenght"; expected only image, strength, mask, resample, jump.',
    ],
    [
      'with a strength of less than half a step',
      { image, strength: 0.05 },
      'edit.strength 0.05 of 5 steps is less than half a step',
    ],
    [
      'with a picture of another size',
      { image: image.subarray(1) },
      'edit.image has 11 values; expected 12 for [2, 2, 3], or 24 for 2 images.',
    ],
    [
      'with noise instead of a picture',
      { image: image.map((value) => 9 * value) },
      'expected values in [-1, 1]',
    ],
    [
      'with a mask of another size',
      { image, mask: mask.subarray(2) },
      'edit.mask has 4 values; expected 6 for [2, 3]',
    ],
    ['with an empty mask', { image, mask: new Uint8Array(6) }, 'edit.mask is 0 everywhere in image 0'],
    [
      'with a mask of grey levels',
      { image, mask: mask.map((one) => 255 * one) },
      'edit.mask[1] is 255; expected 0 or 1.',
    ],
    ['with resample without a mask', { image, resample: 2 }, 'edit has resample or jump without mask'],
    ['with jump without resample', { image, mask, jump: 2 }, 'edit.jump is 2 without resample'],
    [
      'with resample 0',
      { image, mask, resample: 0 },
      'resample is 0; expected a whole number from 1 to 100.',
    ],
    [
      'with resample if the run has one step',
      { image, mask, strength: 0.2, resample: 2 },
      'resample is 2, but the run has one step; expected at least 2 steps',
    ],
    [
      'with a jump as long as the run',
      { image, mask, resample: 2, jump: 5 },
      'jump is 5, but the run has 5 steps',
    ],
  ])('is refused %s', (_what, edit, message) => {
    expect(() => toSamplingStart({ ...request, edit })).toThrow(message);
  });

  it('is refused together with a start, and for samplers that invert', () => {
    expect(() => toSamplingStart({ ...request, edit: { image }, start: { x: image } })).toThrow(
      'got start and edit; expected only one of them.',
    );
    expect(() => toSamplingStart({ ...request, edit: { image }, sampler: 'ddim-inverse' })).toThrow(
      'sampler "ddim-inverse" turns images into noise; expected a sampler that draws images, for edit.',
    );
  });
});
