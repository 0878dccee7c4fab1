import type { ApiError } from '@isonoise/api';
import { encodePng } from '@isonoise/picture';
import { describe, expect, it } from 'vitest';
import { servedAndAlone } from '../../../tests/support/lone-model.ts';
import { eventsOf, floatsOf } from '../../../tests/support/served.ts';

const { scene, served, drawnAlone } = servedAndAlone();

const base64 = (x: Float32Array): string =>
  Buffer.from(x.buffer, x.byteOffset, x.byteLength).toString('base64');

/** Two images in [-1, 1]. */
const images = Float32Array.from({ length: 60 }, (_, i) => Math.sin(i));

/** The bytes of two pictures, from 0 to 255. */
const grey = Uint8Array.from({ length: 60 }, (_, i) => (41 * i) % 256);
/** The values of both pictures in [-1, 1]. */
const levels = Float32Array.from(grey, (level) => level / 127.5 - 1);
/** PNG files in base64: both pictures, and the first one again. */
const pngs = [0, 1, 0].map((k) => base64OfPng(k, 1));

/** Returns picture `k` as a PNG file in base64. @param tint is added to the first sample of each pixel */
function base64OfPng(k: number, channels: 1 | 3, width = 5, tint = 0): string {
  const pixels = [...grey.subarray(30 * k, 30 * k + 30)];
  const samples = pixels.flatMap((level) => [(level + tint) % 256, level, level].slice(0, channels));
  const picture = { width, height: 30 / width, channels, data: Uint8Array.from(samples) };
  return Buffer.from(encodePng(picture)).toString('base64');
}

const body = { model: 'conv', seed: 7, steps: 6, class: 1, format: 'float32' } as const;
const asked = { seed: 7, steps: 6, class: 1 } as const;

describe('POST /v1/sample with start', () => {
  it.each(['ddim', 'dpmpp-2m'] as const)(
    'turns images into noise and back with %s, as the library does',
    async (sampler) => {
      const inverse = `${sampler}-inverse` as const;
      const noise = await floatsOf(
        await served().sample({ ...body, sampler: inverse, start: { x: base64(images) } }),
      );
      expect(noise).toEqual(await drawnAlone({ ...asked, sampler: inverse, start: { x: images } }));
      const back = await floatsOf(await served().sample({ ...body, sampler, start: { x: base64(noise) } }));
      expect(back).toEqual(await drawnAlone({ ...asked, sampler, start: { x: noise } }));
      const later = await floatsOf(
        await served().sample({ ...body, sampler, start: { x: base64(noise), skip: 4 } }),
      );
      expect(later).toEqual(await drawnAlone({ ...asked, sampler, start: { x: noise, skip: 4 } }));
      expect(later).not.toEqual(back);
    },
  );

  it('can be stopped and resumed, or streamed', async () => {
    const request = { ...body, sampler: 'ddim-inverse', start: { x: base64(images) } };
    const whole = await floatsOf(await served().sample(request));
    const from = await (await served().sample({ ...request, format: 'saved', stopAfter: 2 })).json();
    const rest = await served().resume({ model: 'conv', from, format: 'float32' });
    expect(await floatsOf(rest)).toEqual(whole);
    const events = eventsOf(await (await served().sample({ ...request, format: 'stream' })).text());
    expect(events.at(-1)?.data.values).toBe(base64(whole));
  });

  it('turns PNG files, given as base64 or data URLs, into the same noise as their values', async () => {
    const request = { ...body, sampler: 'ddim-inverse' } as const;
    const expected = await drawnAlone({ ...asked, sampler: 'ddim-inverse', start: { x: levels } });
    const data = `data:image/png;base64,${pngs[1]}`;
    const answer = await served().sample({ ...request, start: { png: [pngs[0], data] } });
    expect(answer.headers.get('x-isonoise-shape')).toBe('2,1,6,5');
    expect(await floatsOf(answer)).toEqual(expected);
    // One picture: as a grey PNG, and as an RGB PNG of the same grey pixels.
    for (const png of [data, base64OfPng(1, 3)]) {
      const one = await floatsOf(await served().sample({ ...request, images: [1], start: { png, skip: 2 } }));
      const start = { x: levels.subarray(30), skip: 2 };
      expect(one).toEqual(await drawnAlone({ ...asked, images: [1], sampler: 'ddim-inverse', start }));
    }
  });

  it('refuses pictures whose values, sent as start.x, would exceed arrayBytes', async () => {
    const small = await scene.serve({ limits: { arrayBytes: 400 } });
    const refused = await small.sample({ ...body, sampler: 'ddim-inverse', start: { png: pngs } });
    const { error } = (await refused.json()) as ApiError;
    expect([refused.status, error.code]).toEqual([422, 'BUDGET_EXCEEDED']);
    // 2 · 30 · 4 bytes are 320 characters of base64; 3 pictures are 480.
    const fits = { ...body, sampler: 'ddim-inverse', start: { png: pngs.slice(1) } };
    expect((await small.sample(fits)).status).toBe(200);
    expect(error.message).toContain(
      'start.png has 3 pictures of 5 × 6 pixels, which would take 480 bytes as start.x',
    );
  });

  it.each<[message: string, fields: object]>([
    ['start has neither x nor png; expected one of them', { start: {} }],
    ['start has x and png; expected only one of them', { start: { x: base64(images), png: pngs[0] } }],
    ['start.png is empty; expected at least one value', { start: { png: [] } }],
    ['start.png is 3; expected a string or a list', { start: { png: 3 } }],
    ['start.png[0] is not base64; expected a PNG file as base64 or as a data URL', { start: { png: ['%'] } }],
    ['start.png[0] does not begin with the PNG signature', { start: { png: '' } }],
    [
      'start.png[0] is a data URL of type image/jpeg;base64; expected',
      { start: { png: 'data:image/jpeg;base64,AAAA' } },
    ],
    [
      'start.png[0] is a data URL without a type; expected image/png;base64',
      { start: { png: 'data:,AAAA' } },
    ],
    ['start.png[1] is cut off; expected a whole PNG', { start: { png: [pngs[0], pngs[1]?.slice(0, 60)] } }],
    [
      'start.png[0] has 6 × 5 pixels; expected 5 × 6. Scale it first',
      { start: { png: base64OfPng(0, 1, 6) } },
    ],
    [
      'start.png[0]: the pixel in column 0 of row 0 has a colour; expected a grey picture',
      { start: { png: base64OfPng(0, 3, 5, 1) } },
    ],
    [
      'start.png has pictures, but sampler unipc starts from noise; expected start.x, or a sampler that turns images into noise',
      { sampler: 'unipc', start: { png: pngs[0] } },
    ],
    [
      'start.png has pictures, but sampler ddim starts from noise',
      { sampler: undefined, start: { png: pngs[0] } },
    ],
    ['start.x has 30 values; expected 90 for 3 images', { count: 3, start: { png: pngs[0] } }],
    ['sampler "ddim-inverse" starts from images, but start is missing', { start: undefined }],
    ['format is png, but sampler ddim-inverse returns noise, which a PNG cannot hold', { format: 'png' }],
    ['start is "AAAA"; expected an object', { start: 'AAAA' }],
    ['start.x is not base64; expected the base64 of float32 values', { start: { x: '%' } }],
    ['start.x has 3 bytes; expected whole float32 values', { start: { x: 'AAAA' } }],
    ['start.x has 1 value; expected 30 for 1 image of [1, 6, 5]', { start: { x: 'AAAAAA==' } }],
    ['start.x has 60 values; expected 90 for 3 images of [1, 6, 5]', { count: 3 }],
    [
      'start.x[0] is 2; expected finite values in [-1, 1]',
      { start: { x: base64(new Float32Array(60).fill(2)) } },
    ],
    [
      'start.x[0] is NaN; expected finite values',
      { start: { x: base64(new Float32Array(60).fill(Number.NaN)) } },
    ],
    ['start.skip is 6; expected an integer in [0, 5]', { start: { x: base64(images), skip: 6 } }],
    ['start.from is not a field', { start: { x: base64(images), from: 1 } }],
  ])('is refused with a message that contains: %s', async (message, fields) => {
    const answer = await served().sample({
      ...body,
      sampler: 'ddim-inverse',
      start: { x: base64(images) },
      ...fields,
    });
    const { error } = (await answer.json()) as ApiError;
    expect([answer.status, error.code]).toEqual([400, 'BODY_INVALID']);
    expect(error.message).toContain(message);
  });
});
