import { encodePng } from '@isonoise/picture';
import { encodeImageRecord, type GivenArrays, givenOf, IMAGE_RECORD, imageRecord } from '@isonoise/runtime';
import { planSampling } from '@isonoise/sampler';
import { createSchedule } from '@isonoise/schedule';
import { expect, it } from 'vitest';
import { DEFAULT_FORM } from '../request/request-form.ts';
import { type ReadParts, readRun } from './read-run.ts';

const parts: ReadParts = {
  form: { value: DEFAULT_FORM },
  drawingOfRecord: () => undefined,
  loadCatalog: async () => {},
  hashNamed: () => undefined,
  nameOfHash: () => null,
  specNamed: () => null,
  lookOf: async () => null,
  compute: () => Promise.reject(new Error('nothing is computed')),
};
const image = Float32Array.of(0, 1);

/** Returns a PNG file whose request began with pictures of two pixels, or with noise. */
function pngOf(arrays: GivenArrays | null, images = 1): File {
  const plan = planSampling({
    shape: { channels: 1, height: 1, width: 2 },
    schedule: createSchedule({ kind: 'linear' }),
    predictionType: 'epsilon',
    ...{ seed: 1, images, steps: 4 },
    ...arrays,
  });
  const given = arrays === null ? undefined : givenOf(arrays, 2, 2);
  const text = encodeImageRecord(imageRecord({ plan }, { given }));
  const pixel = { width: 1, height: 1, channels: 1, data: Uint8Array.of(0) } as const;
  return new File([encodePng(pixel, { text: { [IMAGE_RECORD.keyword]: text } })], 'cat.png');
}

it('readRun refuses a request for more images than the page draws', async () => {
  await expect(readRun(pngOf(null, 1025), parts)).rejects.toMatchObject({
    code: 'RUN_TOO_MANY',
    message:
      'cat.png: the run has 1025 images; expected at most 1024 on this page. Draw it with pnpm sample.',
  });
  await expect(readRun(pngOf(null, 1024), parts)).rejects.toMatchObject({ code: 'RUN_MODEL_MISSING' });
});

it.each([
  [
    'an edit',
    { edit: { image, strength: 0.5 } },
    '--init <picture> repeats it; use the same --fit as before',
  ],
  [
    'a masked edit',
    { edit: { image, mask: Uint8Array.of(0, 1) } },
    '--init <picture> and --mask <mask> or --outpaint <margins> repeats it',
  ],
  ['given values', { start: { x: image } }, '--from <file> repeats it'],
])('readRun names the command that repeats %s', async (_, arrays, flags) => {
  await expect(readRun(pngOf(arrays), parts)).rejects.toMatchObject({
    code: 'RUN_PICTURE_MISSING',
    message: expect.stringContaining(`pnpm sample <model> --like cat.png ${flags}`),
  });
});
