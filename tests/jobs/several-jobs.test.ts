import { setTimeout as pause } from 'node:timers/promises';
import { allocatedBytes } from '@isonoise/jobs';
import { encodeSampling, sliceStart } from '@isonoise/sampler';
import { expect, it } from 'vitest';
import { fakeModels, LARGE_SIDE, largeStart } from './fake-model.ts';
import { JobsHarness } from './harness.ts';

const jobs = new JobsHarness({ memory: '24mb' });
const RANGE_SIZE = 20;
/** Memory for the images of a range, in bytes. */
const RANGE_BYTES = allocatedBytes(4 * LARGE_SIDE * LARGE_SIDE * RANGE_SIZE);

const send = (images: number, client = 'me') =>
  jobs.send(images, { start: largeStart(images), rangeSize: RANGE_SIZE, client });

it.each([61_440, 262_144, 327_680, 500_000])(
  'allocatedBytes is what Redis uses for %i bytes',
  async (bytes) => {
    await jobs.connection.redis.hset('other', '0', Buffer.alloc(bytes, 'x'));
    const used = Number(await jobs.connection.redis.memory('USAGE', 'other'));
    expect(used).toBeGreaterThanOrEqual(allocatedBytes(bytes));
    // The hash itself has a few hundred bytes.
    expect(used).toBeLessThan(allocatedBytes(bytes) + 1000);
  },
);

it('uncollected images of several jobs take no more than the memory for jobs', async () => {
  // Each job has images of 20 MB. All jobs together may use 17.6 MB.
  const records = [await send(1200), await send(1200), await send(1200)];
  const { forJobs, used } = await jobs.client.memory();
  const added = async (): Promise<number[]> =>
    Promise.all(records.map(async ({ id }) => (await jobs.store.progress(id)).added));
  const queued = (await added()).map((ranges) => ranges * RANGE_BYTES);
  expect(Math.min(...queued)).toBeGreaterThan(0);
  expect(queued.reduce((sum, bytes) => sum + bytes, used)).toBeLessThan(forJobs);
  jobs.work(fakeModels(), { concurrency: 4, lockMs: 5000 });
  // The workers add and draw ranges of all jobs until no further range fits.
  await expect
    .poll(
      async () => {
        const memory = await jobs.client.memory();
        const { active, waiting } = await jobs.client.queued();
        const shortages = await Promise.all(records.map((record) => jobs.waitsFor(record)));
        expect(memory.used).toBeLessThan(1.02 * forJobs);
        return active + waiting === 0 && shortages.every((text) => text !== null);
      },
      { interval: 200 },
    )
    .toBe(true);
  const { used: full } = await jobs.client.memory();
  expect(full).toBeGreaterThan(forJobs - 2 * RANGE_BYTES);
});

it('a job without workers leaves memory to the others', async () => {
  const first = await send(1200, 'a');
  const second = await send(1200, 'b');
  const third = await send(1200, 'c');
  const added = await Promise.all(
    [first, second, third].map(async ({ id }) => (await jobs.store.progress(id)).added),
  );
  expect(Math.min(...added)).toBeGreaterThan(0);
  // The reason for a shortage includes the memory that is reserved for other jobs.
  await jobs.connection.redis.setrange('other', 12e6, 'x');
  const fourth = await send(60, 'd');
  expect((await jobs.store.progress(fourth.id)).added).toBe(0);
  const text = await jobs.waitsFor(fourth);
  expect(text).toMatch(/^ranges wait for memory: /);
  // The reason stays the same while the used memory changes.
  await jobs.connection.redis.setrange('other', 13e6, 'x');
  expect(await jobs.waitsFor(fourth)).toBe(text);
});

it('the store runs fewer than ten scripts in a few seconds while twelve jobs wait for memory', async () => {
  const { redis } = jobs.connection;
  await redis.setrange('other', 18e6, 'x');
  for (let i = 0; i < 12; i++) await send(60, `client ${i}`);
  jobs.work(fakeModels());
  await pause(500);
  await redis.config('RESETSTAT');
  await pause(4500);
  // The worker looks at the jobs a few times, each time with one script for all jobs, and announces itself a few times.
  const calls = Number(/cmdstat_eval:calls=(\d+)/.exec(await redis.info('commandstats'))?.[1]);
  expect(calls).toBeGreaterThan(0);
  expect(calls).toBeLessThan(10);
});

it('memory is reserved for a saved state of each range that is drawn', async () => {
  const { id } = await send(3 * RANGE_SIZE);
  expect(await jobs.store.promised()).toBe(3 * RANGE_BYTES);
  const state = Number(await jobs.connection.redis.hget(`isonoise:v2:job:${id}`, 'stateBytes'));
  await jobs.connection.redis.lpush('isonoise:ranges-v2:active', `${id}-0`, `${id}-1`);
  expect(await jobs.store.promised()).toBe(3 * RANGE_BYTES + 2 * (state - RANGE_BYTES));
  const saved = encodeSampling(sliceStart(largeStart(RANGE_SIZE), 0, RANGE_SIZE));
  expect(state).toBe(allocatedBytes(saved.length));
  await jobs.connection.redis.del('isonoise:ranges-v2:active');
  // Nothing is reserved for states of a job that no worker draws, however large these states are.
  const waiting = await send(RANGE_SIZE, 'waiting');
  await jobs.connection.redis.hset(`isonoise:v2:job:${waiting.id}`, 'stateBytes', 1e9);
  await jobs.connection.redis.lpush('isonoise:ranges-v2:active', `${id}-0`);
  expect(await jobs.store.promised()).toBe(4 * RANGE_BYTES + (state - RANGE_BYTES));
  await jobs.connection.redis.lpush('isonoise:ranges-v2:active', `${waiting.id}-0`);
  expect(await jobs.store.promised()).toBe(4 * RANGE_BYTES + (state - RANGE_BYTES) + (1e9 - RANGE_BYTES));
  await jobs.client.remove(waiting.id);
  await jobs.connection.redis.del('isonoise:ranges-v2:active');
  // No memory is reserved for finished ranges, or for a job that has ended or expired.
  const by = { worker: 'w', kind: 'k', steps: 1, milliseconds: 1 };
  const record = await jobs.store.record(id);
  await jobs.store.finish(record, 0, new Float32Array(RANGE_SIZE * LARGE_SIDE * LARGE_SIDE), by);
  expect(await jobs.store.promised()).toBe(2 * RANGE_BYTES);
  await jobs.connection.redis.del(`isonoise:v2:job:${id}`);
  expect(await jobs.store.promised()).toBe(0);
});
