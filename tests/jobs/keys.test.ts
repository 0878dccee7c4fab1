import { expect, it } from 'vitest';
import { fakeModels } from './fake-model.ts';
import { JobsHarness } from './harness.ts';

const jobs = new JobsHarness();
const KEEP_SECONDS = 500;

/** Keys that may stay for ever; each exists once. */
const LASTING = ['isonoise:v2:open', 'isonoise:v2:jobs', 'isonoise:v2:settings', 'isonoise:v2:totals'];

it('expired jobs are removed from the list of all jobs when another job is sent', async () => {
  const { redis } = jobs.connection;
  const [kept, expired] = [await jobs.send(3), await jobs.send(3)];
  await redis.del(`isonoise:v2:job:${expired.id}`);
  const sent = await jobs.send(3);
  expect((await redis.zrange('isonoise:v2:jobs', 0, -1)).sort()).toEqual([kept.id, sent.id].sort());
});

it('all keys of jobs expire, whatever happened to the job', async () => {
  const onStep = (image: number): void => {
    if (image === 3) throw Object.assign(new Error('poisoned'), { code: 'SAMPLER_REQUEST' });
  };
  const send = (images: number) =>
    jobs.send(images, { keepSeconds: KEEP_SECONDS, saveEvery: 1, sameBits: true });
  await jobs.store.setClientLimit(20);
  const done = await send(3);
  const failed = await send(9);
  const cancelled = await send(9);
  await jobs.client.cancel(cancelled, 'not needed');
  jobs.work(fakeModels({ onStep, stepMs: 20 }));
  await expect(jobs.collected(failed)).rejects.toMatchObject({ code: 'JOB_FAILED' });
  for await (const _ of jobs.client.collect(done)) break;
  await jobs.stopWorkers();
  const open = await send(3);
  await jobs.store.saveState(open, 0, '{}');
  const { redis } = jobs.connection;
  const names = (await redis.keys('*')).filter((name) => !name.startsWith('isonoise:ranges-v2:'));
  for (const { id } of [done, failed, cancelled, open]) expect(names).toContain(`isonoise:v2:job:${id}`);
  expect(names).toEqual(expect.arrayContaining(LASTING));
  for (const name of names.filter((name) => !LASTING.includes(name))) {
    const milliseconds = await redis.pttl(name);
    // The key has expired since the names were read.
    if (milliseconds === -2) continue;
    expect(milliseconds, name).toBeGreaterThan(0);
    expect(milliseconds, name).toBeLessThanOrEqual(1000 * KEEP_SECONDS);
  }
  // BullMQ keeps the range that failed, the range that waits, and a fixed number of lists.
  const ranges = (await redis.keys('isonoise:ranges-v2:*')).map((name) => name.split(':').slice(2).join(':'));
  const waiting = `${open.id}-0`;
  expect(ranges.filter((name) => /-\d+$/.test(name)).sort()).toEqual(
    [waiting, `${failed.id}-1`].filter((name) => ranges.includes(name)).sort(),
  );
  expect(ranges).toContain(waiting);
});
