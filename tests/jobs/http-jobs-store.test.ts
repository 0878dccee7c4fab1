import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { CuttableProxy } from '../support/cuttable-proxy.ts';
import { HttpJobsHarness, REQUEST, REQUESTS, refused } from './http-harness.ts';

const jobs = new HttpJobsHarness({ password: 'secret' });
afterEach(async () => {
  await jobs.scene.stopServers();
  await jobs.clear();
});

describe('jobs are refused', () => {
  it('by a server without a store', async () => {
    await jobs.serveDocumented({});
    for (const [method, path] of REQUESTS)
      expect(await refused(jobs.served.get(path, { method }))).toMatchObject({
        status: 501,
        code: 'JOBS_NOT_CONFIGURED',
        message: expect.stringContaining('--redis'),
      });
    expect(await refused(jobs.post({}))).toMatchObject({ status: 501, code: 'JOBS_NOT_CONFIGURED' });
  });

  it.each([
    ['cannot be reached', () => 'redis://:secret@127.0.0.1:1', 'ECONNREFUSED'],
    ['has another password', () => jobs.redis.url.replace('secret', 'wrong'), 'WRONGPASS'],
  ])(
    'while the store %s; other requests are served, and the store is not disclosed',
    async (_, url, cause) => {
      await jobs.serveDocumented({ redis: url() });
      expect(await jobs.served.server.connectJobs()).toContain(cause);
      for (const [method, path] of REQUESTS) {
        const answer = await refused(jobs.served.get(path, { method }));
        expect(answer).toMatchObject({ status: 503, code: 'JOBS_UNAVAILABLE', retry: '5' });
        expect(JSON.stringify(answer)).not.toMatch(/127\.0\.0\.1|secret|wrong/);
      }
      expect((await jobs.served.sample({ ...REQUEST, images: [0] })).status).toBe(200);
    },
  );

  it('while the store is unreachable, and accepted when it is reachable again', async () => {
    await jobs.serveDocumented();
    const id = await jobs.sent();
    await jobs.redis.kill();
    await expect.poll(() => refused(jobs.post({}))).toMatchObject({ code: 'JOBS_UNAVAILABLE' });
    expect((await jobs.served.get('/v1/models')).status).toBe(200);
    await jobs.redis.start();
    await expect.poll(async () => (await jobs.served.get(`/v1/jobs/${id}`)).status).toBe(200);
    expect((await jobs.post({})).status).toBe(202);
  });

  it('if the connection is lost while they are sent, and leave nothing in the store', async () => {
    const proxy = new CuttableProxy(jobs.redis.port);
    await proxy.open();
    await jobs.serveDocumented({ redis: jobs.redis.url.replace(`:${jobs.redis.port}`, `:${proxy.port}`) });
    const id = await jobs.sent();
    // Redis answers the read commands of the request; the first write command waits.
    await jobs.connection.redis.client('PAUSE', 20_000, 'WRITE');
    const refusal = refused(jobs.post({}));
    await pause(500);
    await proxy.cut();
    expect(await refusal).toMatchObject({ status: 503, code: 'JOBS_UNAVAILABLE', retry: '5' });
    await jobs.connection.redis.client('UNPAUSE');
    await proxy.open();
    const list = async (): Promise<unknown> => (await jobs.served.get('/v1/jobs')).json();
    await expect.poll(list).toEqual({ jobs: [expect.objectContaining({ id })], unreadable: [] });
    expect((await jobs.post({})).status).toBe(202);
    await jobs.scene.stopServers();
    await proxy.cut();
  });

  it('if their images do not fit into the store', async () => {
    await jobs.serveDocumented();
    await jobs.limitMemory('4mb');
    expect(await refused(jobs.post({ count: 100_000 }))).toMatchObject({
      status: 422,
      code: 'BUDGET_EXCEEDED',
      message: expect.stringMatching(/would be \d+ bytes in the store of jobs; expected at most \d+\./),
    });
    await jobs.limitMemory('1');
    expect(await refused(jobs.post({}))).toMatchObject({ status: 422 });
  });

  it('while other data fill the memory of the store', async () => {
    await jobs.serveDocumented();
    await jobs.connection.redis.setrange('other', 18e6, 'x');
    await jobs.limitMemory('16mb');
    expect(await refused(jobs.post({}))).toMatchObject({
      status: 503,
      code: 'JOBS_MEMORY_FULL',
      retry: '30',
      message: expect.stringContaining('the memory of the store of jobs is full'),
    });
    expect(await (await jobs.served.get('/v1/jobs')).json()).toEqual({ jobs: [], unreadable: [] });
    await jobs.connection.redis.del('other');
    expect((await jobs.post({})).status).toBe(202);
  });
});
