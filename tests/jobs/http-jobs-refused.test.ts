import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { jobListSchema } from '@isonoise/api';
import { JobClient } from '@isonoise/jobs';
import { MOST_PRIORITY, MOST_RANGE_SIZE } from '@isonoise/jobs/limits';
import * as v from 'valibot';
import { afterEach, describe, expect, it } from 'vitest';
import { BUNDLE, fakeStart } from './fake-model.ts';
import { HttpJobsHarness, REQUEST, REQUESTS, refused } from './http-harness.ts';

const jobs = new HttpJobsHarness();
afterEach(async () => {
  await jobs.scene.stopServers();
  await jobs.clear();
});

describe('jobs are refused', () => {
  it('without the key', async () => {
    await jobs.serveDocumented({ redis: jobs.redis.url, apiKey: 'k' });
    for (const [method, path] of REQUESTS)
      expect(await refused(jobs.served.get(path, { method }))).toMatchObject({
        status: 401,
        code: 'KEY_REQUIRED',
      });
    expect(await refused(jobs.post({}))).toMatchObject({ status: 401, code: 'KEY_REQUIRED' });
    expect((await jobs.post({}, { Authorization: 'Bearer k' })).status).toBe(202);
  });

  it('if they are unknown, are not finished, or are requested in an unknown format', async () => {
    await jobs.serveDocumented();
    for (const [method, path] of REQUESTS.slice(1))
      expect(await refused(jobs.served.get(path, { method }))).toMatchObject({
        status: 404,
        code: 'JOB_NOT_FOUND',
      });
    const id = await jobs.sent({ count: 3 });
    for (const what of ['result', 'result?format=npy', 'images/0.png'])
      expect(await refused(jobs.served.get(`/v1/jobs/${id}/${what}`))).toMatchObject({
        status: 409,
        code: 'JOB_NOT_FINISHED',
        retry: '1',
        message: expect.stringContaining('0 of 3 images'),
      });
    expect(await refused(jobs.served.get(`/v1/jobs/${id}/result?format=gif`))).toMatchObject({
      status: 400,
      code: 'QUERY_INVALID',
      message: expect.stringContaining('"gif"; expected zip or npy'),
    });
    for (const file of ['3.png', '-1.png', '0.gif', '0x1.png'])
      expect(await refused(jobs.served.get(`/v1/jobs/${id}/images/${file}`))).toMatchObject({
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
    await jobs.serveDocumented();
    expect(await refused(jobs.post(body))).toMatchObject({ status, code });
  });

  it('only above the limits of the queue', async () => {
    await jobs.serveDocumented();
    const body = { ...REQUEST, count: 2, priority: MOST_PRIORITY, rangeSize: MOST_RANGE_SIZE };
    const answer = await jobs.post(body);
    expect(answer.status, await answer.text()).toBe(202);
  });

  it('for a model of an early version, which has no SHA-256 of its own', async () => {
    const folder = await jobs.scene.addModel('early');
    const manifest = path.join(folder, 'isonoise.json');
    const { sha256: _, ...early } = JSON.parse(await readFile(manifest, 'utf8'));
    await writeFile(manifest, JSON.stringify({ ...early, formatVersion: 1 }));
    await jobs.serveDocumented();
    for (const body of [
      { ...REQUEST, model: 'early' },
      { ...REQUEST, class: 1, guidance: 2, guide: 'early' },
    ])
      expect(await refused(jobs.post(body))).toMatchObject({
        status: 409,
        code: 'MODEL_UNSEALED',
        message: expect.stringMatching(/^model early was exported by an early version.* Export it again\.$/),
      });
    expect((await jobs.served.sample({ ...REQUEST, model: 'early', images: [0] })).status).toBe(200);
    await rm(folder, { recursive: true });
  });

  it('if the client has too many unfinished jobs', async () => {
    await jobs.serveDocumented();
    await jobs.store.setClientLimit(2);
    const [first] = [await jobs.sent(), await jobs.sent()];
    expect(await refused(jobs.post({}))).toMatchObject({
      status: 429,
      code: 'JOBS_TOO_MANY',
      retry: '30',
      message: expect.stringContaining(`Wait, or cancel one; the oldest is ${first}.`),
    });
    await jobs.served.get(`/v1/jobs/${first}`, { method: 'DELETE' });
    expect((await jobs.post({})).status).toBe(202);
  });

  it('if a command collects their images, although they are listed', async () => {
    await jobs.serveDocumented();
    const client = new JobClient(jobs.connection);
    const { id } = await client.send({ start: fakeStart(3), bundle: BUNDLE, client: 'me@here' });
    expect(await (await jobs.served.get(`/v1/jobs/${id}`)).json()).toMatchObject({
      client: 'me@here',
      model: 'fake',
    });
    for (const what of ['result', 'images/0.png'])
      expect(await refused(jobs.served.get(`/v1/jobs/${id}/${what}`))).toMatchObject({
        status: 409,
        code: 'JOB_OF_COMMAND',
        message: expect.stringContaining('was sent by a command'),
      });
    await client.close();
  });

  it('if they failed, with the reason', async () => {
    await jobs.serveDocumented();
    const id = await jobs.sent();
    await jobs.store.end(id, 'failed', 'range 0: poisoned');
    expect(await (await jobs.served.get(`/v1/jobs/${id}`)).json()).toMatchObject({
      state: 'failed',
      reason: 'range 0: poisoned',
    });
    expect(await refused(jobs.served.get(`/v1/jobs/${id}/result`))).toMatchObject({
      status: 409,
      code: 'JOB_FAILED',
      message: expect.stringContaining('range 0: poisoned'),
    });
  });

  it('if their records are damaged; they are listed apart and can be deleted', async () => {
    await jobs.serveDocumented();
    const [good, halved, newer] = [await jobs.sent(), await jobs.sent(), await jobs.sent()];
    const store = jobs.store;
    const record = await store.record(newer);
    const keyOf = async (id: string): Promise<string> =>
      (await jobs.connection.redis.keys(`*:${id}`))[0] ?? '';
    await jobs.connection.redis.hset(await keyOf(halved), 'record', '{"protocol":2,');
    await jobs.connection.redis.hset(
      await keyOf(newer),
      'record',
      JSON.stringify({ ...record, protocol: 99 }),
    );

    const list = v.parse(jobListSchema, await (await jobs.served.get('/v1/jobs')).json());
    expect(list.jobs.map(({ id }) => id)).toEqual([good]);
    expect(new Map(list.unreadable.map(({ id, problem }) => [id, problem]))).toEqual(
      new Map([
        [halved, expect.stringContaining('JSON')],
        [newer, expect.stringContaining('99')],
      ]),
    );
    for (const id of [halved, newer]) {
      expect(await refused(jobs.served.get(`/v1/jobs/${id}`))).toMatchObject({
        status: 409,
        code: 'JOB_UNREADABLE',
      });
      expect((await jobs.served.get(`/v1/jobs/${id}`, { method: 'DELETE' })).status).toBe(204);
      expect((await jobs.served.get(`/v1/jobs/${id}`)).status).toBe(404);
    }
    expect((await jobs.served.get(`/v1/jobs/${good}`)).status).toBe(200);
  });
});
