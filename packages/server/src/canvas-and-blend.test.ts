import type { ApiError } from '@isonoise/api';
import { encodePng } from '@isonoise/picture';
import { describe, expect, it } from 'vitest';
import { servedAndAlone } from '../../../tests/support/lone-model.ts';
import { floatsOf } from '../../../tests/support/served.ts';

const { served, drawnAlone } = servedAndAlone();

const body = { model: 'conv', seed: 7, steps: 6, class: 1, count: 2, format: 'float32' } as const;
const asked = { seed: 7, steps: 6, class: 1, count: 2 } as const;
const canvas = { width: 8, height: 9, stride: 3 };

/** Checks that a request with these fields is refused. */
async function expectRefusal(message: string, fields: object): Promise<void> {
  const answer = await served().sample({ ...body, ...fields });
  const { error } = (await answer.json()) as ApiError;
  expect([answer.status, error.code]).toEqual([400, 'BODY_INVALID']);
  expect(error.message).toContain(message);
}

describe('POST /v1/sample with canvas', () => {
  it('draws larger pictures as the library does, even while other requests run', async () => {
    const [drawn, second] = await Promise.all(
      [{}, { images: [1], count: undefined }].map(async (more) =>
        floatsOf(await served().sample({ ...body, canvas, ...more })),
      ),
    );
    expect(drawn).toEqual(await drawnAlone({ ...asked, canvas }));
    expect(drawn?.length).toBe(2 * 72);
    expect(second).toEqual(drawn?.slice(72));
  });

  it('draws tileable pictures, and returns a PNG of the whole canvas', async () => {
    const tile = { width: 5, height: 6, tile: true };
    const drawn = await floatsOf(await served().sample({ ...body, canvas: tile }));
    expect(drawn).toEqual(await drawnAlone({ ...asked, canvas: tile }));
    const png = await served().sample({ ...body, canvas, count: 1, format: 'png' });
    const bytes = Buffer.from(await png.arrayBuffer());
    expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([8, 9]);
  });

  it('changes pictures that have the size of the canvas', async () => {
    const data = Uint8Array.from({ length: 72 }, (_, i) => (41 * i) % 256);
    const image = Float32Array.from(data, (level) => Math.fround(level / 127.5 - 1));
    const mask = Uint8Array.from({ length: 72 }, (_, i) => (i % 8 < 3 ? 1 : 0));
    const [png, hole] = [data, mask.map((one) => 255 * one)].map((each) =>
      Buffer.from(encodePng({ width: 8, height: 9, channels: 1, data: each })).toString('base64'),
    );
    const drawn = await floatsOf(await served().sample({ ...body, canvas, edit: { png, mask: hole } }));
    expect(drawn).toEqual(await drawnAlone({ ...asked, canvas, edit: { image, mask } }));
  });

  it('can be stopped and resumed', async () => {
    const request = { ...body, canvas, blend: { class: 0, share: [0.2, 0.7] } };
    const whole = await floatsOf(await served().sample(request));
    const from = await (await served().sample({ ...request, format: 'saved', stopAfter: 2 })).json();
    const rest = await served().resume({ model: 'conv', from, format: 'float32' });
    expect(await floatsOf(rest)).toEqual(whole);
  });

  it.each<[message: string, fields: object]>([
    [
      "the canvas has the width 4; expected at least 5, that of the network's images",
      { canvas: { width: 4, height: 9 } },
    ],
    ['canvas.height', { canvas: { width: 8 } }],
    ['canvas.width is 9000; expected <=8192', { canvas: { width: 9000, height: 9 } }],
    ['stride is 6; expected a whole number from 1 to 5', { canvas: { ...canvas, stride: 6 } }],
    ['edit.png', { canvas, edit: { png: 'AAAA' } }],
  ])('is refused with a message that contains: %s', expectRefusal);
});

describe('POST /v1/sample with blend', () => {
  it('mixes two classes as the library does, with shares from 0 to 1', async () => {
    const blend = { class: 0, share: [0, 0.5, 1] };
    const images = [3, 3, 3];
    const { count: _, ...one } = body;
    const drawn = await floatsOf(await served().sample({ ...one, images, blend, guidance: 2 }));
    const { count: __, ...same } = asked;
    expect(drawn).toEqual(await drawnAlone({ ...same, images, blend, guidance: 2 }));
    const ends = await Promise.all(
      [1, 0].map((label) => drawnAlone({ ...same, images: [3], class: label, guidance: 2 })),
    );
    expect(drawn.slice(0, 30)).toEqual(ends[0]);
    expect(drawn.slice(60)).toEqual(ends[1]);
  });

  it.each<[message: string, fields: object]>([
    ['blend.share', { blend: { class: 0 } }],
    ['blend.share is 2', { blend: { class: 0, share: 2 } }],
    ['class is 99; expected a class of conv', { blend: { class: 99, share: 0 } }],
    ['was trained without tags', { blend: { tags: ['cat'], share: 0 } }],
    ['blend has neither class nor tags; expected one of them', { blend: { share: 0 } }],
    ['blend has 3 classes for 2 images', { blend: { class: [0, 1, 0], share: 0 } }],
    ['blend has 3 shares for 2 images', { blend: { class: 1, share: [0, 0.5, 1] } }],
  ])('is refused with a message that contains: %s', expectRefusal);
});
