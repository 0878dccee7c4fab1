import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  type ApiError,
  apiErrorSchema,
  type ModelList,
  modelListSchema,
  streamEventSchemas,
} from '@isonoise/api';
import { contactSheet, decodePng, encodePng, readPngText } from '@isonoise/picture';
import { decodeImageRecord, type Model, type ModelSampleRequest, runtimeError } from '@isonoise/runtime';
import { loadModel } from '@isonoise/runtime-node';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventsOf, Scene, type Served } from '../../../tests/support/served.ts';
import { runCli } from '../../cli/src/run-cli.ts';

const scene = new Scene();
/** A server for all tests without special options, because starting a model's thread takes a while. */
let shared: Served;
/** The same model without a server. */
let model: Model;

beforeAll(async () => {
  await scene.build();
  shared = await scene.serve();
  model = await loadModel(path.join(scene.folder, 'models/conv'), { provider: 'cpu', threads: 1 });
});
afterAll(async () => {
  await scene.stopServers();
  await model.dispose();
  await scene.remove();
});

async function drawnAlone(request: ModelSampleRequest): Promise<Float32Array> {
  let x = new Float32Array();
  for await (const step of model.sample(request)) x = new Float32Array(step.x);
  return x;
}

/** Threads start slowly on a busy machine. */
const SOON = { timeout: 20_000 };

const request = { seed: 7, count: 5, class: 'one', guidance: 2, steps: 4 } as const;

describe('GET /v1/models', () => {
  it('lists the models, with the provider of each opened model', async () => {
    const { get, sample } = await scene.serve();
    const list = async (): Promise<ModelList> => (await (await get('/v1/models')).json()) as ModelList;
    const before = await list();
    v.parse(modelListSchema, before);
    expect(before.models).toMatchObject([{ name: 'conv', url: 'models/conv/', provider: null }]);
    await sample({ model: 'conv', seed: 1, steps: 1 });
    expect((await list()).models[0]?.provider).toEqual({ name: 'cpu', reason: 'requested' });
    await scene.addModel('added');
    expect((await list()).models.map(({ name }) => name)).toEqual(['added', 'conv']);
  });
});

describe('POST /v1/sample', () => {
  it('returns the PNG that pnpm sample writes, byte for byte', async () => {
    const { sample } = shared;
    const answer = await sample({ model: 'conv', ...request });
    expect(answer.headers.get('content-type')).toBe('image/png');
    const out = path.join(scene.folder, 'cli.png');
    const flags = '--seed 7 --count 5 --class one --guidance 2 --steps 4 --provider cpu --quiet --json'.split(
      ' ',
    );
    expect(await runCli(['sample', path.join(scene.folder, 'models/conv'), ...flags, '--out', out])).toBe(0);
    expect(Buffer.from(await answer.arrayBuffer()).equals(await readFile(out))).toBe(true);
  });

  it('reports the drawn class, and the first timestep of spacing leading', async () => {
    const { sample } = shared;
    const body = { model: 'conv', seed: 1, steps: 1 };
    const classOf = async (choice: unknown): Promise<string | null> =>
      (await sample({ ...body, class: choice })).headers.get('x-isonoise-class');
    expect(await classOf('one')).toBe('1');
    // A JSON number is the number of a class. So are digits in a string, if no class name consists of digits.
    expect([await classOf(1), await classOf('1')]).toEqual(['1', '1']);
    expect((await sample(body)).headers.get('x-isonoise-class')).toBeNull();
    const unknown = await sample({ ...body, class: '7' });
    expect(unknown.status).toBe(400);
    expect(await unknown.text()).toContain('class is \\"7\\"; expected a class of conv');

    const odd = { ...body, steps: 51, spacing: 'leading' };
    const note =
      'spacing leading with 51 steps, which do not divide the 100 timesteps, starts at timestep 50';
    expect((await sample(odd)).headers.get('x-isonoise-note')).toContain(note);
    const [begin] = eventsOf(await (await sample({ ...odd, class: 'one', format: 'stream' })).text());
    expect(begin?.data).toMatchObject({ class: 1, notes: [expect.stringContaining(note)] });
    expect((await sample({ ...odd, steps: 50 })).headers.get('x-isonoise-note')).toBeNull();
  });

  it('rejects guidance outside the range of the command line and the page', async () => {
    const { sample } = shared;
    for (const guidance of ['-1', '-0', '100.5', '1e9', '1e308']) {
      const body = `{"model":"conv","seed":1,"steps":1,"class":"one","guidance":${guidance}}`;
      const answer = await shared.get('/v1/sample', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body,
      });
      expect(answer.status, guidance).toBe(400);
      expect(await answer.text(), guidance).toContain('guidance');
    }
    expect((await sample({ model: 'conv', seed: 1, steps: 1, class: 'one', guidance: 100 })).status).toBe(
      200,
    );
  });

  it('returns a single image in its own size', async () => {
    const { sample } = shared;
    const one = { ...request, count: 1 };
    const answer = await sample({ model: 'conv', ...one, metadata: false });
    const sheet = contactSheet(await drawnAlone(one), [1, 1, 6, 5], { gap: 0 });
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual(encodePng(sheet));

    const recorded = new Uint8Array(await (await sample({ model: 'conv', ...one })).arrayBuffer());
    expect(decodePng(recorded, sheet)).toEqual(sheet);
    const record = decodeImageRecord(readPngText(recorded, 'isonoise', 1e5), 'the answer');
    expect(record.plan).toMatchObject({ seed: String(one.seed), images: [0] });
    expect(record.model).toMatch(/^[0-9a-f]{64}$/);
  });

  it('returns the little-endian float32 of the same request without a server, bit for bit', async () => {
    const { sample } = shared;
    const asked = { seed: '18446744073709551615', images: [3, 900], sampler: 'ddpm', steps: 6 } as const;
    const answer = await sample({ model: 'conv', format: 'float32', ...asked });
    expect(answer.headers.get('x-isonoise-shape')).toBe('2,1,6,5');
    expect(answer.headers.get('x-isonoise-provider')).toBe('cpu');
    expect(Number(answer.headers.get('x-isonoise-elapsed-ms'))).toBeGreaterThan(0);
    const bytes = new DataView(await answer.arrayBuffer());
    const expected = await drawnAlone(asked);
    expect(expected).toHaveLength(60);
    expect(Float32Array.from(expected, (_, i) => bytes.getFloat32(4 * i, true))).toEqual(expected);
  });

  it('streams the steps, previews at the requested interval, and the result', async () => {
    const { sample } = shared;
    const answer = await sample({ model: 'conv', ...request, steps: 5, format: 'stream', previewEvery: 2 });
    expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const events = eventsOf(await answer.text());
    expect(events.map(({ name }) => name)).toEqual(['begin', ...Array(5).fill('step'), 'result']);
    for (const { name, data } of events) {
      v.parse(streamEventSchemas[name as keyof typeof streamEventSchemas], data);
    }
    const steps = events.slice(1, -1).map(({ data }) => data);
    expect(steps.map(({ step, t }) => [step, t])).toEqual([
      [1, 80],
      [2, 60],
      [3, 40],
      [4, 20],
      [5, 0],
    ]);
    expect(steps.map(({ preview }) => typeof preview === 'string')).toEqual([false, true, false, true, true]);
    const values = Buffer.from(String(events.at(-1)?.data.values), 'base64');
    expect(values.equals(Buffer.from((await drawnAlone({ ...request, steps: 5 })).buffer))).toBe(true);
  });

  it('rejects invalid requests with a code and a message', async () => {
    const list = (await (await shared.get('/v1/models')).json()) as ModelList;
    const flops = list.models.find(({ name }) => name === 'conv')?.flops ?? 0;
    expect(flops).toBeGreaterThan(1000);
    const { sample, get } = await scene.serve({ limits: { budget: 1000 * flops, bodyBytes: 2000 } });
    expect(await (await get('/v1/models')).json()).toMatchObject({
      models: expect.arrayContaining([expect.objectContaining({ name: 'conv', flops, budget: 1000 })]),
    });
    const good = { model: 'conv', seed: 1 };
    const cases: readonly (readonly [
      status: number,
      code: string,
      message: RegExp,
      body: unknown,
      init?: RequestInit,
    ])[] = [
      [400, 'BODY_INVALID', /not JSON/, good, { body: '{' }],
      [400, 'BODY_INVALID', /colour/, { ...good, colour: 1 }],
      [
        400,
        'BODY_INVALID',
        /seed is -1; expected >=0; steps is 0; expected >=1/,
        { model: 'conv', seed: -1, steps: 0 },
      ],
      [
        400,
        'BODY_INVALID',
        /class is "three"; expected a class of conv: 0 "zero", 1 "one"/,
        { ...good, class: 'three' },
      ],
      [400, 'BODY_INVALID', /seed/, { ...good, seed: '99999999999999999999' }],
      [400, 'BODY_INVALID', /seed is \\?"x\\?"; expected a whole number as digits/, { ...good, seed: 'x' }],
      [400, 'BODY_INVALID', /steps/, { ...good, steps: 101 }],
      [
        404,
        'MODEL_NOT_FOUND',
        /model is "\.\.\/conv"; expected one of: .*conv/,
        { ...good, model: '../conv' },
      ],
      [413, 'BODY_TOO_LARGE', /2000 bytes/, { ...good, images: Array.from({ length: 900 }, (_, i) => i) }],
      [415, 'BODY_TYPE', /text\/plain/, good, { headers: { 'Content-Type': 'text/plain' } }],
      // 6 × 2 for guidance × 100 steps
      [
        422,
        'BUDGET_EXCEEDED',
        /6 images × 100 steps × 2 for guidance are 1200 passes through the network; expected at most 1000/,
        { ...good, count: 6, steps: 100, class: 1, guidance: 3 },
      ],
    ];
    for (const [status, code, message, body, init] of cases) {
      const answer = await sample(body, init);
      const json = (await answer.json()) as ApiError;
      v.parse(apiErrorSchema, json);
      expect([answer.status, json.error.code], json.error.message).toEqual([status, code]);
      expect(json.error.message).toMatch(message);
      expect(json.error.requestId).toBe(answer.headers.get('x-request-id'));
    }
    expect((await sample({ ...good, count: 5, steps: 100, class: 1, guidance: 3 })).status).toBe(200);
  });

  it('requires the key if the server has one, unlike routes outside the API', async () => {
    const { get, sample } = await scene.serve({ apiKey: 'sesame' });
    const body = { model: 'conv', seed: 1, steps: 1 };
    const withKey = (authorization: string): Promise<Response> =>
      sample(body, { headers: { 'Content-Type': 'application/json', Authorization: authorization } });
    const refused = await sample(body);
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toContain('Bearer');
    expect(await refused.text()).toContain('Authorization is missing; expected Bearer <key>');
    for (const [wrong, message] of [
      ['Bearer sesam', 'the key in Authorization is wrong'],
      ['Bearer sesame2', 'the key in Authorization is wrong'],
      ['Basic sesame', 'malformed; expected Bearer'],
      ['sesame', 'malformed; expected Bearer'],
    ] as const) {
      const answer = await withKey(wrong);
      expect(answer.status, wrong).toBe(401);
      expect(await answer.text(), wrong).toContain(message);
    }
    expect((await withKey('Bearer sesame')).status).toBe(200);
    for (const open of ['/', '/healthz', '/readyz', '/models/conv/isonoise.json']) {
      expect((await get(open)).status, open).toBe(200);
    }
    for (const closed of ['/v1/models', '/v1/openapi.json', '/metrics']) {
      expect((await get(closed)).status, closed).toBe(401);
    }
  });
});

describe('a server', () => {
  it('is ready once a preloaded model is open, but not if no model could be opened', async () => {
    const models = path.join(scene.folder, 'preloads');
    await cp(path.join(scene.folder, 'models/conv'), path.join(models, 'conv'), { recursive: true });
    await mkdir(path.join(models, 'torn'));
    await writeFile(path.join(models, 'torn/isonoise.json'), '{');
    const ready = await scene.serve({ models, preload: ['conv', 'torn'] });
    await expect.poll(async () => (await ready.get('/readyz')).status, SOON).toBe(200);
    const broken = await scene.serve({ models, preload: ['torn'] });
    await expect
      .poll(async () => (await (await broken.get('/readyz')).json()) as unknown, SOON)
      // The route is public, so its response does not name any model.
      .toEqual({
        status: 'not ready',
        reason: 'no model could be opened: MODEL_BROKEN; the log has the details',
      });
    expect((await broken.get('/healthz')).status).toBe(200);
    // A name that does not exist is rejected before the server starts.
    await expect(scene.serve({ models, preload: ['conv', 'missing'] })).rejects.toMatchObject({
      code: 'SERVER_PRELOAD_INVALID',
      message: 'preload: model is "missing"; expected one of: conv, torn.',
    });
  });

  it('is not ready if no model can be served, and becomes ready once a model can be served', async () => {
    const folder = path.join(scene.folder, 'later');
    const readyz = async ({ get }: Served): Promise<[number, unknown]> => {
      const answer = await get('/readyz');
      return [answer.status, await answer.json()];
    };
    const served = await scene.serve({ models: folder });
    const none = { status: 'not ready', reason: 'no usable model; the log has the details' };
    expect(await readyz(served)).toEqual([503, none]);
    await mkdir(path.join(folder, 'torn'), { recursive: true });
    await writeFile(path.join(folder, 'torn/isonoise.json'), '{');
    expect(await readyz(served)).toEqual([503, none]);
    await cp(path.join(scene.folder, 'models/conv'), path.join(folder, 'conv'), { recursive: true });
    expect(await readyz(served)).toEqual([200, { status: 'ready' }]);

    // A graph that ONNX Runtime cannot open is discovered at the first request.
    const damaged = await scene.serve({
      models: folder,
      open: () => Promise.reject(runtimeError('RUNTIME_CONTRACT', 'x')),
    });
    expect(await readyz(damaged)).toEqual([200, { status: 'ready' }]);
    const failed = await damaged.sample({ model: 'conv', seed: 1 });
    expect([failed.status, ((await failed.json()) as ApiError).error.code]).toEqual([503, 'MODEL_BROKEN']);
    expect(await readyz(damaged)).toEqual([
      503,
      { status: 'not ready', reason: 'no model could be opened: RUNTIME_CONTRACT; the log has the details' },
    ]);
  });

  it('reports its metrics in the format of Prometheus', async () => {
    const { get, sample } = await scene.serve();
    await sample({ model: 'conv', seed: 1, count: 3, steps: 4 });
    await sample({ model: 'none', seed: 1 });
    const text = await (await get('/metrics')).text();
    for (const line of [
      'isonoise_images_total{model="conv"} 3',
      'isonoise_image_steps_total{model="conv"} 12',
      'isonoise_pass_images_bucket{le="2",model="conv"} 0',
      'isonoise_pass_images_bucket{le="4",model="conv"} 4',
      'isonoise_refused_total{code="MODEL_NOT_FOUND"} 1',
      'isonoise_http_requests_total{method="POST",route="/v1/sample",status="200"} 1',
      'isonoise_models_open 1',
    ]) {
      expect(text).toContain(`${line}\n`);
    }
    expect(text).toContain('nodejs_eventloop_lag_seconds');
  });

  it('uses the request id of the client only if it is well-formed', async () => {
    const { get } = shared;
    const idFor = async (id: string): Promise<string | null> =>
      (await get('/healthz', { headers: { 'X-Request-Id': id } })).headers.get('x-request-id');
    expect(await idFor('trace-42')).toBe('trace-42');
    for (const odd of ['a b', 'x'.repeat(129), '{"a":1}']) expect(await idFor(odd)).toMatch(/^[\da-f-]{36}$/);
  });
});
