import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { jobListSchema } from '@isonoise/api';
import { type Connection, connect, JobClient, JobStore } from '@isonoise/jobs';
import { MOST_PRIORITY, MOST_RANGE_SIZE } from '@isonoise/jobs/limits';
import * as v from 'valibot';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CuttableProxy } from '../support/cuttable-proxy.ts';
import { documented } from '../support/documented.ts';
import { TestRedis } from '../support/redis.ts';
import { Scene, type Served } from '../support/served.ts';
import { BUNDLE, fakeStart } from './fake-model.ts';

const redis = new TestRedis({ password: 'secret' });
const scene = new Scene();
let served: Served;
let connection: Connection;

beforeAll(async () => {
  await Promise.all([redis.start(), scene.build()]);
  connection = await connect(redis.url);
});
afterEach(async () => {
  await scene.stopServers();
  await connection.redis.config('SET', 'maxmemory', '256mb');
  await connection.redis.flushall();
});
afterAll(async () => {
  connection.close();
  await scene.remove();
  await redis.remove();
});

const REQUEST = { model: 'conv', seed: 7, steps: 4 };
const post = (body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  served.get('/v1/jobs', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
async function sent(body: object = REQUEST): Promise<string> {
  const { id } = (await (await post(body)).json()) as { id: string };
  return id;
}
/** Reads the refusal of a request. */
async function refused(answer: Promise<Response>): Promise<unknown> {
  const { status, headers } = await answer;
  const { error } = (await (await answer).json()) as { error: { code: string; message: string } };
  return { status, code: error.code, message: error.message, retry: headers.get('Retry-After') };
}

/** A request for each path of jobs. */
const EACH = [
  ['GET', '/v1/jobs'],
  ['GET', '/v1/jobs/0123456789abcdef'],
  ['DELETE', '/v1/jobs/0123456789abcdef'],
  ['GET', '/v1/jobs/0123456789abcdef/events'],
  ['GET', '/v1/jobs/0123456789abcdef/result'],
  ['GET', '/v1/jobs/0123456789abcdef/images/0.png'],
] as const;

describe('jobs are refused', () => {
  it('by a server without a store', async () => {
    served = documented(await scene.serve());
    for (const [method, path] of EACH)
      expect(await refused(served.get(path, { method }))).toMatchObject({
        status: 501,
        code: 'JOBS_NOT_CONFIGURED',
        message: expect.stringContaining('--redis'),
      });
    expect(await refused(post(REQUEST))).toMatchObject({ status: 501, code: 'JOBS_NOT_CONFIGURED' });
  });

  it.each([
    ['cannot be reached', () => 'redis://:secret@127.0.0.1:1', 'ECONNREFUSED'],
    ['has another password', () => redis.url.replace('secret', 'wrong'), 'WRONGPASS'],
  ])(
    'while the store %s; other requests are served, and the store is not disclosed',
    async (_, url, cause) => {
      served = documented(await scene.serve({ redis: url() }));
      expect(await served.server.connectJobs()).toContain(cause);
      for (const [method, path] of EACH) {
        const answer = await refused(served.get(path, { method }));
        expect(answer).toMatchObject({ status: 503, code: 'JOBS_UNAVAILABLE', retry: '5' });
        expect(JSON.stringify(answer)).not.toMatch(/127\.0\.0\.1|secret|wrong/);
      }
      expect((await served.sample({ ...REQUEST, images: [0] })).status).toBe(200);
    },
  );

  it('while the store is away, and accepted when it is back', async () => {
    served = documented(await scene.serve({ redis: redis.url }));
    const id = await sent();
    await redis.kill();
    await expect
      .poll(() => refused(post(REQUEST)), { timeout: 15_000 })
      .toMatchObject({ code: 'JOBS_UNAVAILABLE' });
    expect((await served.get('/v1/models')).status).toBe(200);
    await redis.start();
    await expect.poll(async () => (await served.get(`/v1/jobs/${id}`)).status, { timeout: 15_000 }).toBe(200);
    expect((await post(REQUEST)).status).toBe(202);
  });

  it('if the connection is lost while they are sent; nothing of them is left', async () => {
    const proxy = new CuttableProxy(redis.port);
    await proxy.open();
    served = documented(await scene.serve({ redis: redis.url.replace(`:${redis.port}`, `:${proxy.port}`) }));
    const id = await sent();
    // Redis answers the read commands of the request; the first write command waits.
    await connection.redis.client('PAUSE', 20_000, 'WRITE');
    const refusal = refused(post(REQUEST));
    await pause(500);
    await proxy.cut();
    expect(await refusal).toMatchObject({ status: 503, code: 'JOBS_UNAVAILABLE', retry: '5' });
    await connection.redis.client('UNPAUSE');
    await proxy.open();
    const list = async (): Promise<unknown> => (await served.get('/v1/jobs')).json();
    await expect
      .poll(list, { timeout: 15_000 })
      .toEqual({ jobs: [expect.objectContaining({ id })], unreadable: [] });
    expect((await post(REQUEST)).status).toBe(202);
    await scene.stopServers();
    await proxy.cut();
  });

  it('without the key', async () => {
    served = documented(await scene.serve({ redis: redis.url, apiKey: 'k' }));
    for (const [method, path] of EACH)
      expect(await refused(served.get(path, { method }))).toMatchObject({
        status: 401,
        code: 'KEY_REQUIRED',
      });
    expect(await refused(post(REQUEST))).toMatchObject({ status: 401, code: 'KEY_REQUIRED' });
    expect((await post(REQUEST, { Authorization: 'Bearer k' })).status).toBe(202);
  });

  it('if they are unknown, or not finished, or asked for in an unknown format', async () => {
    served = documented(await scene.serve({ redis: redis.url }));
    for (const [method, path] of EACH.slice(1))
      expect(await refused(served.get(path, { method }))).toMatchObject({
        status: 404,
        code: 'JOB_NOT_FOUND',
      });
    const id = await sent({ ...REQUEST, count: 3 });
    for (const what of ['result', 'result?format=npy', 'images/0.png'])
      expect(await refused(served.get(`/v1/jobs/${id}/${what}`))).toMatchObject({
        status: 409,
        code: 'JOB_NOT_FINISHED',
        retry: '1',
        message: expect.stringContaining('0 of 3 images'),
      });
    expect(await refused(served.get(`/v1/jobs/${id}/result?format=gif`))).toMatchObject({
      status: 400,
      code: 'QUERY_INVALID',
      message: expect.stringContaining('"gif"; expected zip or npy'),
    });
    for (const file of ['3.png', '-1.png', '0.gif', '0x1.png'])
      expect(await refused(served.get(`/v1/jobs/${id}/images/${file}`))).toMatchObject({
        status: 404,
        code: 'NOT_FOUND',
      });
  });

  it.each([
    [{ ...REQUEST, count: 0 }, 400, 'BODY_INVALID'],
    [{ ...REQUEST, count: 100_001 }, 400, 'BODY_INVALID'],
    [{ ...REQUEST, format: 'png' }, 400, 'BODY_INVALID'],
    [{ ...REQUEST, priority: 0 }, 400, 'BODY_INVALID'],
    [{ ...REQUEST, priority: MOST_PRIORITY + 1 }, 400, 'BODY_INVALID'],
    [{ ...REQUEST, rangeSize: MOST_RANGE_SIZE + 1 }, 400, 'BODY_INVALID'],
    [{ ...REQUEST, class: 'cat' }, 400, 'BODY_INVALID'],
    [{ ...REQUEST, model: 'none' }, 404, 'MODEL_NOT_FOUND'],
    [{ ...REQUEST, class: 1, guidance: 2, guide: 'none' }, 404, 'MODEL_NOT_FOUND'],
  ])('for the body %j', async (body, status, code) => {
    served = documented(await scene.serve({ redis: redis.url }));
    expect(await refused(post(body))).toMatchObject({ status, code });
  });

  it('only above the limits of the queue', async () => {
    served = documented(await scene.serve({ redis: redis.url }));
    const body = { ...REQUEST, count: 2, priority: MOST_PRIORITY, rangeSize: MOST_RANGE_SIZE };
    const answer = await post(body);
    expect(answer.status, await answer.text()).toBe(202);
  });

  it('if their images do not fit into the store', async () => {
    served = documented(await scene.serve({ redis: redis.url }));
    await connection.redis.config('SET', 'maxmemory', '4mb');
    expect(await refused(post({ ...REQUEST, count: 100_000 }))).toMatchObject({
      status: 422,
      code: 'BUDGET_EXCEEDED',
      message: expect.stringMatching(/would be \d+ bytes in the store of jobs; expected at most \d+\./),
    });
    await connection.redis.config('SET', 'maxmemory', '1');
    expect(await refused(post(REQUEST))).toMatchObject({ status: 422 });
  });

  it('while other data fill the memory of the store', async () => {
    served = documented(await scene.serve({ redis: redis.url }));
    await connection.redis.setrange('other', 18e6, 'x');
    await connection.redis.config('SET', 'maxmemory', '16mb');
    expect(await refused(post(REQUEST))).toMatchObject({
      status: 503,
      code: 'JOBS_MEMORY_FULL',
      retry: '30',
      message: expect.stringContaining('the memory of the store of jobs is full'),
    });
    expect(await (await served.get('/v1/jobs')).json()).toEqual({ jobs: [], unreadable: [] });
    await connection.redis.del('other');
    expect((await post(REQUEST)).status).toBe(202);
  });

  it('for a model of an early version, which has no SHA-256 of its own', async () => {
    const folder = await scene.addModel('early');
    const manifest = path.join(folder, 'isonoise.json');
    const { sha256: _, ...early } = JSON.parse(await readFile(manifest, 'utf8'));
    await writeFile(manifest, JSON.stringify({ ...early, formatVersion: 1 }));
    served = documented(await scene.serve({ redis: redis.url }));
    for (const body of [
      { ...REQUEST, model: 'early' },
      { ...REQUEST, class: 1, guidance: 2, guide: 'early' },
    ])
      expect(await refused(post(body))).toMatchObject({
        status: 409,
        code: 'MODEL_UNSEALED',
        message: expect.stringMatching(/^model early was exported by an early version.* Export it again\.$/),
      });
    expect((await served.sample({ ...REQUEST, model: 'early', images: [0] })).status).toBe(200);
    await rm(folder, { recursive: true });
  });

  it('if the client has too many', async () => {
    served = documented(await scene.serve({ redis: redis.url }));
    await new JobStore(connection.redis).setClientLimit(2);
    const [first] = [await sent(), await sent()];
    expect(await refused(post(REQUEST))).toMatchObject({
      status: 429,
      code: 'JOBS_TOO_MANY',
      retry: '30',
      message: expect.stringContaining(`Wait, or cancel one; the oldest is ${first}.`),
    });
    await served.get(`/v1/jobs/${first}`, { method: 'DELETE' });
    expect((await post(REQUEST)).status).toBe(202);
  });

  it('if a command collects their images, but they are listed', async () => {
    served = documented(await scene.serve({ redis: redis.url }));
    const client = new JobClient(connection);
    const { id } = await client.send({ start: fakeStart(3), bundle: BUNDLE, client: 'me@here' });
    expect(await (await served.get(`/v1/jobs/${id}`)).json()).toMatchObject({
      client: 'me@here',
      model: 'fake',
    });
    for (const what of ['result', 'images/0.png'])
      expect(await refused(served.get(`/v1/jobs/${id}/${what}`))).toMatchObject({
        status: 409,
        code: 'JOB_OF_COMMAND',
        message: expect.stringContaining('was sent by a command'),
      });
    await client.close();
  });

  it('if they failed, with the reason', async () => {
    served = documented(await scene.serve({ redis: redis.url }));
    const id = await sent();
    await new JobStore(connection.redis).end(id, 'failed', 'range 0: poisoned');
    expect(await (await served.get(`/v1/jobs/${id}`)).json()).toMatchObject({
      state: 'failed',
      reason: 'range 0: poisoned',
    });
    expect(await refused(served.get(`/v1/jobs/${id}/result`))).toMatchObject({
      status: 409,
      code: 'JOB_FAILED',
      message: expect.stringContaining('range 0: poisoned'),
    });
  });

  it('if their records are damaged; they are listed apart and can be deleted', async () => {
    served = documented(await scene.serve({ redis: redis.url }));
    const [good, halved, newer] = [await sent(), await sent(), await sent()];
    const store = new JobStore(connection.redis);
    const record = await store.record(newer);
    const keyOf = async (id: string): Promise<string> => (await connection.redis.keys(`*:${id}`))[0] ?? '';
    await connection.redis.hset(await keyOf(halved), 'record', '{"protocol":2,');
    await connection.redis.hset(await keyOf(newer), 'record', JSON.stringify({ ...record, protocol: 99 }));

    const list = v.parse(jobListSchema, await (await served.get('/v1/jobs')).json());
    expect(list.jobs.map(({ id }) => id)).toEqual([good]);
    expect(new Map(list.unreadable.map(({ id, problem }) => [id, problem]))).toEqual(
      new Map([
        [halved, expect.stringContaining('JSON')],
        [newer, expect.stringContaining('99')],
      ]),
    );
    for (const id of [halved, newer]) {
      expect(await refused(served.get(`/v1/jobs/${id}`))).toMatchObject({
        status: 409,
        code: 'JOB_UNREADABLE',
      });
      expect((await served.get(`/v1/jobs/${id}`, { method: 'DELETE' })).status).toBe(204);
      expect((await served.get(`/v1/jobs/${id}`)).status).toBe(404);
    }
    expect((await served.get(`/v1/jobs/${good}`)).status).toBe(200);
  });
});
