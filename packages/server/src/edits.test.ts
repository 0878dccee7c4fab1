import type { ApiError } from '@isonoise/api';
import { encodePng } from '@isonoise/picture';
import { describe, expect, it } from 'vitest';
import { servedAndAlone } from '../../../tests/support/lone-model.ts';
import { floatsOf } from '../../../tests/support/served.ts';

const { served, drawnAlone } = servedAndAlone();

const pngOf = (data: Uint8Array, width = 5): string =>
  Buffer.from(encodePng({ width, height: data.length / width, channels: 1, data })).toString('base64');
const grey = Uint8Array.from({ length: 30 }, (_, i) => (41 * i) % 256);
const image = Float32Array.from(grey, (level) => Math.fround(level / 127.5 - 1));
const mask = Uint8Array.from({ length: 30 }, (_, i) => (i % 5 < 2 ? 1 : 0));
const [picture, hole] = [pngOf(grey), pngOf(mask.map((one) => 255 * one))];
const body = { model: 'conv', seed: 7, steps: 6, class: 1, count: 2, format: 'float32' } as const;
const asked = { seed: 7, steps: 6, class: 1, count: 2 } as const;

describe('POST /v1/sample with edit', () => {
  it('changes pictures with a given strength, as the library does', async () => {
    const drawn = await floatsOf(await served().sample({ ...body, edit: { png: picture, strength: 0.5 } }));
    expect(drawn).toEqual(await drawnAlone({ ...asked, edit: { image, strength: 0.5 } }));
  });

  it('changes the masked parts of pictures and keeps the rest, even while other requests run', async () => {
    const settings = { resample: 3, jump: 2 };
    const edit = { png: picture, mask: hole, ...settings };
    const [drawn, second] = await Promise.all(
      [{}, { images: [1], count: undefined }].map(async (more) =>
        floatsOf(await served().sample({ ...body, edit, ...more })),
      ),
    );
    expect(drawn).toEqual(await drawnAlone({ ...asked, edit: { image, mask, ...settings } }));
    expect(second).toEqual(drawn?.slice(30));
    for (const [i, value] of (drawn ?? []).entries())
      if (mask[i % 30] === 0) expect(value).toBe(image[i % 30]);
  });

  it('can be stopped and resumed if the edit has a mask', async () => {
    const request = { ...body, edit: { png: picture, mask: hole, resample: 2 } };
    const whole = await floatsOf(await served().sample(request));
    const from = await (await served().sample({ ...request, format: 'saved', stopAfter: 2 })).json();
    const rest = await served().resume({ model: 'conv', from, format: 'float32' });
    expect(await floatsOf(rest)).toEqual(whole);
  });

  it.each<[message: string, fields: object]>([
    ['edit has neither x nor png; expected one of them', { edit: {} }],
    ['edit has x and png; expected only one of them', { edit: { png: picture, x: 'AAAA' } }],
    ['edit.strength is 0; expected >0', { edit: { png: picture, strength: 0 } }],
    ['edit.strength is 2; expected <=1', { edit: { png: picture, strength: 2 } }],
    ['edit has resample or jump without mask', { edit: { png: picture, resample: 2 } }],
    ['edit.mask is 0 everywhere in image 0', { edit: { png: picture, mask: pngOf(new Uint8Array(30)) } }],
    ['edit.mask[0] has 6 × 5 pixels; expected 5 × 6', { edit: { png: picture, mask: pngOf(grey, 6) } }],
    ['edit.png[0] has 6 × 5 pixels; expected 5 × 6', { edit: { png: pngOf(grey, 6) } }],
    ['got start and edit; expected only one of them', { edit: { png: picture }, start: { x: 'AAAAAA==' } }],
    [
      'turns images into noise; expected a sampler that draws images',
      { edit: { png: picture }, sampler: 'ddim-inverse' },
    ],
  ])('is refused with a message that contains: %s', async (message, fields) => {
    const answer = await served().sample({ ...body, ...fields });
    const { error } = (await answer.json()) as ApiError;
    expect([answer.status, error.code]).toEqual([400, 'BODY_INVALID']);
    expect(error.message).toContain(message);
  });
});
