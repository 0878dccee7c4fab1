import path from 'node:path';
import type { ApiError } from '@isonoise/api';
import type { Model, ModelSampleRequest } from '@isonoise/runtime';
import { loadModel } from '@isonoise/runtime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventsOf, floatsOf, Scene, type Served } from '../../../tests/support/served.ts';

const scene = new Scene();
let served: Served;
/** The same model without a server. */
let model: Model | undefined;

beforeAll(async () => {
  await scene.build();
  served = await scene.serve();
  model = await loadModel(path.join(scene.folder, 'models/conv'), { provider: 'cpu', threads: 1 });
});
afterAll(async () => {
  await scene.stopServers();
  await model?.dispose();
  await scene.remove();
});

async function drawnAlone(request: ModelSampleRequest): Promise<Float32Array> {
  let x = new Float32Array();
  for await (const step of model?.sample(request) ?? []) x = new Float32Array(step.x);
  return x;
}

const base64 = (x: Float32Array): string =>
  Buffer.from(x.buffer, x.byteOffset, x.byteLength).toString('base64');

/** Two images in [-1, 1]. */
const images = Float32Array.from({ length: 60 }, (_, i) => Math.sin(i));
const body = { model: 'conv', seed: 7, steps: 6, class: 1, format: 'float32' } as const;
const asked = { seed: 7, steps: 6, class: 1 } as const;

describe('POST /v1/sample with start', () => {
  it.each(['ddim', 'dpmpp-2m'] as const)(
    'takes images to their noise and back, as the library does: %s',
    async (sampler) => {
      const inverse = `${sampler}-inverse` as const;
      const noise = await floatsOf(
        await served.sample({ ...body, sampler: inverse, start: { x: base64(images) } }),
      );
      expect(noise).toEqual(await drawnAlone({ ...asked, sampler: inverse, start: { x: images } }));
      const back = await floatsOf(await served.sample({ ...body, sampler, start: { x: base64(noise) } }));
      expect(back).toEqual(await drawnAlone({ ...asked, sampler, start: { x: noise } }));
      const later = await floatsOf(
        await served.sample({ ...body, sampler, start: { x: base64(noise), skip: 4 } }),
      );
      expect(later).toEqual(await drawnAlone({ ...asked, sampler, start: { x: noise, skip: 4 } }));
      expect(later).not.toEqual(back);
    },
  );

  it('can be stopped and resumed, and streamed', async () => {
    const request = { ...body, sampler: 'ddim-inverse', start: { x: base64(images) } };
    const whole = await floatsOf(await served.sample(request));
    const from = await (await served.sample({ ...request, format: 'saved', stopAfter: 2 })).json();
    const rest = await served.get('/v1/resume', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ model: 'conv', from, format: 'float32' }),
    });
    expect(await floatsOf(rest)).toEqual(whole);
    const events = eventsOf(await (await served.sample({ ...request, format: 'stream' })).text());
    expect(events.at(-1)?.data.values).toBe(base64(whole));
  });

  it.each<[fields: object, message: string]>([
    [{ start: undefined }, 'sampler "ddim-inverse" begins with images, but none are given'],
    [
      { format: 'png' },
      'format is png with sampler ddim-inverse, whose result is noise, which a PNG cannot hold',
    ],
    [{ start: 'AAAA' }, 'start is "AAAA"; expected an object'],
    [{ start: { x: '%' } }, 'start.x is not base64; expected the base64 of float32 values'],
    [{ start: { x: 'AAAA' } }, 'start.x has 3 bytes; expected whole float32 values'],
    [{ start: { x: 'AAAAAA==' } }, 'start.x has 1 values; expected 30 for 1 images of [1, 6, 5]'],
    [{ count: 3 }, 'start.x has 60 values; expected 90 for 3 images of [1, 6, 5]'],
    [
      { start: { x: base64(new Float32Array(60).fill(2)) } },
      'start.x[0] is 2; expected finite values in [-1, 1]',
    ],
    [
      { start: { x: base64(new Float32Array(60).fill(Number.NaN)) } },
      'start.x[0] is NaN; expected finite values',
    ],
    [{ start: { x: base64(images), skip: 6 } }, 'start.skip is 6; expected an integer in [0, 5]'],
    [{ start: { x: base64(images), from: 1 } }, 'start.from is not a field'],
  ])('is refused with %j', async (fields, message) => {
    const answer = await served.sample({
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
