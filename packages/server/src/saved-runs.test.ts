import { type ApiError, savedRunSchema, streamEventSchemas } from '@isonoise/api';
import type { ModelSampleRequest } from '@isonoise/runtime';
import { decodeSampling, encodeSampling, type SavedJson, type SavedSampling } from '@isonoise/sampler';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { servedAndAlone } from '../../../tests/support/lone-model.ts';
import { eventsOf, floatsOf } from '../../../tests/support/served.ts';

const { scene, served, savedAlone, weak } = servedAndAlone();

const jsonOf = (saved: SavedSampling): SavedJson => JSON.parse(encodeSampling(saved)) as SavedJson;

const asked = { seed: 7, count: 5, steps: 6 } as const;
const body = { model: 'conv', ...asked };

/** Requests that cover samplers with memory, with noise and with two calls per step, and both kinds of guidance. */
const REQUESTS: readonly (Omit<ModelSampleRequest, 'seed' | 'guide'> & { readonly guide?: string })[] = [
  { sampler: 'unipc' },
  { sampler: 'unipc', order: 3, class: [0, 1, 0, 1, 0], guidance: 2, guidanceRescale: 0.5 },
  { sampler: 'heun', images: [3, 900], count: undefined },
  { sampler: 'dpmpp-3m-sde', class: 1 },
  { sampler: 'ddpm', class: 'one', guidance: 3, guide: 'weak' },
];

const modelRequest = ({ guide, ...request }: (typeof REQUESTS)[number]): ModelSampleRequest => ({
  ...asked,
  ...request,
  ...(guide === undefined ? {} : { guide: weak() }),
});

describe('a saved run', () => {
  it.each(REQUESTS)(
    'of a request with %j equals that of the library, and the server resumes it',
    async (request) => {
      const { x, saved } = await savedAlone(modelRequest(request));
      for (const stopAfter of [1, 4]) {
        const answer = await served().sample({ ...body, ...request, format: 'saved', stopAfter });
        expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json']);
        const text = await answer.text();
        expect(text).toBe(encodeSampling(saved[stopAfter - 1] as SavedSampling));
        v.parse(savedRunSchema, JSON.parse(text));
        const { guide } = request;
        const resumed = await served().resume({
          model: 'conv',
          guide,
          from: JSON.parse(text),
          format: 'float32',
        });
        expect(resumed.headers.get('x-isonoise-shape')).toBe(`${x.length / 30},1,6,5`);
        expect(await floatsOf(resumed)).toEqual(x);
      }
    },
  );

  it('gives the same images, bit for bit, if it is resumed at the same time as others and is stopped again', async () => {
    const runs = await Promise.all(REQUESTS.map((each) => savedAlone(modelRequest(each))));
    const answers = REQUESTS.flatMap(({ guide }, i) =>
      (runs[i]?.saved ?? []).slice(0, -1).map(async (saved, k) => {
        const from = jsonOf(saved);
        const again =
          k < 2
            ? await served().resume({ model: 'conv', guide, from, format: 'saved', stopAfter: 3 })
            : undefined;
        const rest = again === undefined ? from : await again.json();
        const images = await floatsOf(
          await served().resume({ model: 'conv', guide, from: rest, format: 'float32' }),
        );
        expect(images).toEqual(runs[i]?.x);
      }),
    );
    expect(answers).toHaveLength(25);
    await Promise.all(answers);
  });

  it('is sent in the stream of a request with saveEvery, except after the last step', async () => {
    const { x, saved } = await savedAlone({ ...asked, steps: 4 });
    const answer = await served().sample({
      ...body,
      steps: 4,
      format: 'stream',
      previewEvery: 0,
      saveEvery: 2,
    });
    const events = eventsOf(await answer.text());
    for (const { name, data } of events)
      v.parse(streamEventSchemas[name as keyof typeof streamEventSchemas], data);
    const found = events.flatMap(({ data }) => ('saved' in data ? [[data.step, data.saved]] : []));
    expect(found).toEqual([[2, jsonOf(saved[1] as SavedSampling)]]);
    const rest = await served().resume({ model: 'conv', from: found[0]?.[1], format: 'stream' });
    const steps = eventsOf(await rest.text());
    expect(steps.map(({ name, data }) => [name, data.step, data.steps])).toEqual([
      ['begin', undefined, 4],
      ['step', 3, 4],
      ['step', 4, 4],
      ['result', undefined, undefined],
    ]);
    const values = Buffer.from(String(steps.at(-1)?.data.values), 'base64');
    expect(values.equals(Buffer.from(x.buffer))).toBe(true);
  });

  it('results in the same PNG and class as a run that was never stopped', async () => {
    const request = { ...body, class: 'one', guidance: 2 };
    const whole = await served().sample(request);
    const from = await (await served().sample({ ...request, format: 'saved', stopAfter: 2 })).json();
    const rest = await served().resume({ model: 'conv', from });
    expect([rest.headers.get('content-type'), rest.headers.get('x-isonoise-class')]).toEqual([
      'image/png',
      '1',
    ]);
    expect(await rest.arrayBuffer()).toEqual(await whole.arrayBuffer());
  });

  it('without the hash of its model is resumed, with a note', async () => {
    const { x, saved } = await savedAlone(asked);
    const { model: _, ...from } = jsonOf(saved[2] as SavedSampling);
    const answer = await served().resume({ model: 'conv', from, format: 'float32' });
    expect(answer.headers.get('x-isonoise-note')).toContain('the saved run has no hash of its model');
    expect(await floatsOf(answer)).toEqual(x);
  });

  it('counts only the steps that a request draws, so several requests can draw a run that exceeds the budget of one', async () => {
    const { models } = (await (await served().get('/v1/models')).json()) as { models: { flops: number }[] };
    const budget = 30 * (models[0]?.flops ?? 0);
    const small = await scene.serve({ limits: { budget } });
    const { x } = await savedAlone({ ...asked, steps: 10 });
    const long = { ...body, steps: 10 };
    const refused = await small.sample(long);
    expect([refused.status, await refused.text()]).toEqual([
      422,
      expect.stringContaining('5 images × 10 steps are 50'),
    ]);
    const first = await (await small.sample({ ...long, format: 'saved', stopAfter: 3 })).json();
    const all = await small.resume({ model: 'conv', from: first });
    const { error } = (await all.json()) as ApiError;
    expect([all.status, error.code]).toEqual([422, 'BUDGET_EXCEEDED']);
    expect(error.message).toContain(
      '5 images × 7 steps are 35 passes through the network; expected at most 30',
    );
    expect(error.message).toContain('`stopAfter`');
    const second = await small.resume({ model: 'conv', from: first, format: 'saved', stopAfter: 6 });
    const last = await small.resume({ model: 'conv', from: await second.json(), format: 'float32' });
    expect(await floatsOf(last)).toEqual(x);
  });
});

describe('a run that would have more bytes than POST /v1/resume accepts', () => {
  const saving = { ...body, sampler: 'unipc', order: 3, steps: 6 } as const;
  /** Length in base64 of an array with five images of 30 values each. */
  const ARRAY = 800;

  it('is refused before it is drawn; every run that the server saves can be resumed', async () => {
    const { saved } = await savedAlone({ ...asked, sampler: 'unipc', order: 3 });
    const arrays = saved.slice(0, -1).map(({ memory = [] }) => 1 + memory.length);
    expect(arrays).toEqual([3, 4, 5, 5, 5]);
    const small = await scene.serve({ limits: { arrayBytes: 4 * ARRAY } });
    for (const [k, count] of arrays.entries()) {
      const answer = await small.sample({ ...saving, format: 'saved', stopAfter: k + 1 });
      if (count <= 4) {
        const from: unknown = await answer.json();
        expect((await small.resume({ model: 'conv', from, format: 'float32' })).status).toBe(200);
        continue;
      }
      const { error } = (await answer.json()) as ApiError;
      expect([answer.status, error.code]).toEqual([422, 'BUDGET_EXCEEDED']);
      expect(error.message).toContain(
        'a saved run of 5 images has 4000 bytes of arrays; expected at most 3200, which POST /v1/resume accepts',
      );
    }
    const stream = await small.sample({ ...saving, format: 'stream', saveEvery: 4 });
    expect([stream.status, await stream.text()]).toEqual([422, expect.stringContaining('has 4000 bytes')]);
  });

  it('is refused if its list of steps has more bytes than a body may have besides arrays', async () => {
    const steps = Array.from({ length: 90 }, (_, i) => 99 - 1.0009765625 * i);
    const request = { ...body, steps: undefined, spacing: steps, format: 'saved', stopAfter: 1 };
    const from = (await (await served().sample(request)).json()) as SavedJson;
    const length = JSON.stringify({ model: 'conv', from: { ...from, x: '', memory: [] } }).length;
    const roomy = await scene.serve({ limits: { bodyBytes: length + 200 } });
    expect((await roomy.sample(request)).status).toBe(200);
    const longest = { model: 'conv', from, format: 'float32', previewEvery: 100_000 };
    expect((await roomy.resume(longest)).status).toBe(200);
    const tight = await scene.serve({ limits: { bodyBytes: length - 100 } });
    const refused = await tight.sample(request);
    expect([refused.status, await refused.text()]).toEqual([
      422,
      expect.stringMatching(
        /a saved run of 5 images and 90 steps has \d+ bytes besides arrays; expected at most \d+/,
      ),
    ]);
  });
});

it('GET /v1/models lists the hash that saved runs contain', async () => {
  const { models } = (await (await served().get('/v1/models')).json()) as {
    models: { name: string; sha256: string }[];
  };
  const { saved } = await savedAlone({ ...asked, guidance: 2, guide: weak() });
  const { model: own, guideModel } = decodeSampling(encodeSampling(saved[0] as SavedSampling));
  expect(models.map(({ name, sha256 }) => [name, sha256])).toEqual([
    ['conv', own],
    ['weak', guideModel],
  ]);
});
