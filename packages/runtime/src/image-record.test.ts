import { toSamplingStart } from '@isonoise/sampler';
import { describe, expect, it } from 'vitest';
import { pointDenoiser, pointSpec } from '../testdata/point-denoiser.ts';
import { givenOf } from './image-given.ts';
import {
  decodeImageRecord,
  encodeImageRecord,
  finishRecord,
  imageRecord,
  recordOfImage,
} from './image-record.ts';
import { interpolationRecord } from './interpolate.ts';
import { createModel } from './model.ts';
import { type ModelSampleRequest, toSampleRequest } from './model-request.ts';
import { startOfRecord } from './record-start.ts';

const model = createModel({
  denoise: pointDenoiser(pointSpec),
  spec: pointSpec,
  golden: null,
  provider: { name: 'cpu', reason: 'requested' },
  dispose: async () => {},
});
const { channels, height, width } = pointSpec.image;
const pixels = height * width;
const size = channels * pixels;

async function drawn(request: Parameters<typeof model.sample>[0]): Promise<Float32Array> {
  let result = new Float32Array();
  for await (const { x } of model.sample(request)) result = new Float32Array(x);
  return result;
}

const request: ModelSampleRequest = {
  seed: '18446744073709551615',
  images: [2, 7],
  steps: 4,
  class: ['high', 0],
};
const recordOf = (asked: ModelSampleRequest) => {
  const { plan } = toSamplingStart(toSampleRequest(pointSpec, asked));
  return imageRecord({ plan, model: 'a'.repeat(64) }, { given: givenOf(asked, size, pixels) });
};
const text = encodeImageRecord(recordOf(request));
const refused = (message: RegExp) =>
  expect.objectContaining({ code: 'RUNTIME_RECORD', message: expect.stringMatching(message) });

/** Changes a part of the text, as a forger would. */
const forged = (change: (value: Record<string, unknown>) => void): string => {
  const value = JSON.parse(text) as Record<string, unknown>;
  change(value);
  return JSON.stringify(value);
};

describe('records of images', () => {
  it('have a canonical text, which decodes to an equal record', () => {
    const record = decodeImageRecord(text, 'a.png');
    expect(record).toEqual(recordOf(request));
    expect(encodeImageRecord(record)).toBe(text);
    const reversed = Object.fromEntries(Object.entries(JSON.parse(text) as object).reverse());
    expect(encodeImageRecord(decodeImageRecord(JSON.stringify(reversed), 'a.png'))).toBe(text);
  });

  it('can start the recorded run again, for all images or for one', async () => {
    const record = decodeImageRecord(text, 'a.png');
    const all = await drawn(request);
    expect(await drawn({ from: startOfRecord(record, 'a.png') })).toEqual(all);
    const one = startOfRecord(recordOfImage(record, 1), 'a.png');
    expect(one.plan.images).toEqual([7]);
    expect(await drawn({ from: one })).toEqual(all.slice(size));
  });

  it('contain hashes of edited pictures and masks, and cannot start a run without these files', async () => {
    const image = Float32Array.from({ length: size }, (_, i) => Math.sin(i));
    const mask = Uint8Array.from({ length: pixels }, (_, i) => i % 2);
    for (const edit of [
      { image, mask },
      { image, mask, strength: 0.5 },
      { image, strength: 0.75 },
    ]) {
      const asked = { seed: 1, count: 2, steps: 4, class: 1, edit };
      const record = decodeImageRecord(encodeImageRecord(recordOf(asked)), 'a.png');
      const from = startOfRecord(record, 'a.png', { edit: { image, mask: edit.mask } });
      expect(await drawn({ from })).toEqual(await drawn(asked));
      expect(() => startOfRecord(record, 'a.png')).toThrow(
        refused(/missing the edited pictures and their masks/),
      );
      const other = { edit: { image: image.map((x) => -x), mask: edit.mask } };
      expect(() => startOfRecord(record, 'a.png', other)).toThrow(refused(/Pass the pictures of this run/));
    }
  });

  it('contain the SHA-256 of little-endian values', () => {
    // printf '\x00\x00\x80\x3f' | sha256sum
    const given = givenOf({ start: { x: Float32Array.of(1) } }, 1, 1);
    expect(given?.images).toEqual(['e00e5eb9444182f352323374ef4e08ebcb784725fdd4fd612d7730540b3e0c8c']);
  });

  it('contain the hashes of two pictures and the position of each image between them', () => {
    const pictures = Float32Array.from({ length: 2 * size }, (_, i) => Math.sin(i));
    const options = { class: 1, steps: 4 };
    const record = interpolationRecord({ spec: pointSpec, sha256: 'a'.repeat(64) }, pictures, 3, options);
    const [first, last] = [pictures.subarray(0, size), pictures.subarray(size)].map(
      (x) => givenOf({ start: { x } }, size, pixels)?.images[0],
    );
    expect(record.given).toEqual({
      kind: 'between',
      images: [first, last],
      sampler: 'dpmpp-2m-inverse',
      shares: [0, 0.5, 1],
    });
    const one = decodeImageRecord(encodeImageRecord(recordOfImage(record, 1)), 'a.png');
    expect(one.given).toEqual({ ...record.given, shares: [0.5] });
    expect(one.plan.images).toEqual([1]);
    expect(() => startOfRecord(record, 'a.png')).toThrow(
      refused(/does not contain the two pictures.*Interpolate between/),
    );
    for (const [change, message] of [
      [{ shares: [0, 1] }, /given.shares is .*for each of the 3 images/],
      [{ shares: [0, 0.5, 2] }, /given.shares/],
      [{ sampler: 'ddim' }, /given.sampler is "ddim"; expected a sampler that inverts/],
      [{ images: [first] }, /given.images is .*expected 2 SHA-256/],
    ] as const) {
      const changed = JSON.stringify({
        ...(JSON.parse(encodeImageRecord(record)) as object),
        given: { ...record.given, ...change },
      });
      expect(() => decodeImageRecord(changed, 'a.png')).toThrow(refused(message));
    }
  });

  it('state how images were changed after drawing', () => {
    const { plan } = recordOf(request);
    const finish = finishRecord({ mirror: true, palette: [[255, 136, 0, 9]] });
    expect(finish).toEqual({ finish: ['palette', 'symmetry'], palette: ['#ff880009'] });
    const record = imageRecord({ plan }, finish);
    expect(decodeImageRecord(encodeImageRecord(record), 'a.png')).toEqual(record);
    expect(imageRecord({ plan }, finishRecord({ mirror: false, palette: null }))).toEqual({ plan });
    // Earlier versions did not record the colours.
    const earlier = imageRecord({ plan }, { finish: ['palette'] });
    expect(decodeImageRecord(encodeImageRecord(earlier), 'a.png')).toEqual(earlier);
  });

  it.each([
    ['a file without text', undefined, /contains no isonoise request/],
    ['text that is not JSON', 'prompt: a cat', /not JSON/],
    ['null', 'null', /expected an object/],
    ['an array', '[]', /format/],
    ['an unknown format', forged((value) => Object.assign(value, { format: 'x' })), /format is "x"/],
    [
      'a newer version',
      forged((value) => Object.assign(value, { version: 2 })),
      /Update isonoise to read newer versions\.$/,
    ],
    [
      'an invalid hash',
      forged((value) => Object.assign(value, { model: 'ABC' })),
      /SHA-256 .*\. Use the original file from isonoise\.$/,
    ],
    ['a missing plan', forged((value) => Object.assign(value, { plan: null })), /plan/],
    ['an invalid seed', forged((value) => Object.assign(value.plan as object, { seed: '-1' })), /seed/i],
    [
      '4 billion images',
      forged((value) => Object.assign(value.plan as object, { images: [2 ** 32] })),
      /images/,
    ],
    [
      'pictures for a run from noise',
      forged((value) => Object.assign(value, { given: { kind: 'edit', images: ['0'.repeat(64)] } })),
      /started from noise/,
    ],
    ['an unknown finish', forged((value) => Object.assign(value, { finish: ['blur'] })), /finish/],
    [
      'a colour that is not hexadecimal',
      forged((value) => Object.assign(value, { finish: ['palette'], palette: ['red'] })),
      /palette is/,
    ],
    [
      'a palette without its finish',
      forged((value) => Object.assign(value, { palette: ['#ff8800ff'] })),
      /finish does not contain palette/,
    ],
    ['deeply nested text', `${'['.repeat(1e5)}${']'.repeat(1e5)}`, /nested/],
    ['a long text', `"${'x'.repeat(1 << 22)}"`, /characters/],
  ])('refuse %s', (_what, forgery, message) => {
    expect(() => decodeImageRecord(forgery, 'a.png')).toThrow(refused(message));
  });

  it('copy only known fields, so that a record cannot change a prototype', () => {
    const polluted = text
      .replace('{', '{"__proto__":{"isPolluted":true},"constructor":{"prototype":{"isPolluted":true}},')
      .replace('"plan":{', '"plan":{"__proto__":{"isPolluted":true},');
    const record = decodeImageRecord(polluted, 'a.png');
    expect(Object.keys(record).sort()).toEqual(['model', 'plan']);
    for (const each of [record, record.plan, record.plan.settings, {}])
      expect('isPolluted' in each).toBe(false);
    expect(encodeImageRecord(record)).toBe(text);
    const inSettings = text.replace('"settings":{', '"settings":{"__proto__":{"isPolluted":true}');
    expect(() => decodeImageRecord(inSettings, 'a.png')).toThrow(refused(/unknown setting/));
  });
});
