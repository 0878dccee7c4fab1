import { expect, it } from 'vitest';
import { fakeModels } from './fake-model.ts';
import { JobsHarness } from './harness.ts';

const jobs = new JobsHarness();

it('the connected workers are found without reading all keys', async () => {
  const { redis } = jobs.connection;
  const [first] = [jobs.work(fakeModels(), { name: 'a' }), jobs.work(fakeModels(), { name: 'b' })];
  const names = async (): Promise<string[]> => (await jobs.client.workers()).map(({ name }) => name).sort();
  await expect.poll(names).toEqual(['a', 'b']);
  await redis.config('RESETSTAT');
  expect(await names()).toEqual(['a', 'b']);
  const commands = await redis.info('commandstats');
  expect(commands).toContain('cmdstat_mget:calls=1,');
  expect(commands).not.toMatch(/cmdstat_(scan|keys):/);
  await first.stop();
  expect([await names(), await redis.zrange('isonoise:workers', 0, -1)]).toEqual([['b'], ['b']]);
});

it('a worker of an earlier version, which does not write its name into the list, is found as long as it is the only worker', async () => {
  const { redis } = jobs.connection;
  const old = { name: 'old', protocol: 1, kinds: [], images: 0, ranges: 0, milliseconds: 0 };
  await redis.set('isonoise:worker:old', JSON.stringify(old), 'EX', 60);
  expect(await jobs.client.workers()).toEqual([old]);
  jobs.work(fakeModels(), { name: 'a' });
  await expect.poll(async () => (await jobs.client.workers()).map(({ name }) => name)).toEqual(['a']);
});

it('a worker that ended without removing its name is removed from the list', async () => {
  const { redis } = jobs.connection;
  await redis.zadd('isonoise:workers', Date.now() / 1000 - 16, 'gone', Date.now() / 1000 - 5, 'silent');
  // The worker's own key has expired.
  expect(await jobs.client.workers()).toEqual([]);
  jobs.work(fakeModels(), { name: 'a' });
  await expect.poll(() => redis.zrange('isonoise:workers', 0, -1)).toEqual(['silent', 'a']);
  expect((await jobs.client.workers()).map(({ name }) => name)).toEqual(['a']);
  expect(await redis.ttl('isonoise:workers')).toBeGreaterThan(0);
});
