import { setTimeout as pause } from 'node:timers/promises';
import type { JobClient, JobRecord, RangeModels, RunningWorker } from '@isonoise/jobs';
import { describe, expect, it } from 'vitest';
import { drawnHere, fakeModels, fakeStart } from './fake-model.ts';
import { JobsHarness } from './harness.ts';

const jobs = new JobsHarness();

function work(models: RangeModels, concurrency = 1, onRange?: (record: JobRecord) => void): RunningWorker {
  return jobs.work(models, { concurrency, onRange });
}
const send = (images: number, options?: Partial<Parameters<JobClient['send']>[0]>): Promise<JobRecord> =>
  jobs.send(images, options);
const collected = (record: JobRecord): ReturnType<JobsHarness['collected']> => jobs.collected(record);

const failedRanges = (): Promise<number> => jobs.connection.redis.zcard('isonoise:ranges-v2:failed');

describe('a job', () => {
  it('has the images of a run in one process, from several workers', async () => {
    for (let i = 0; i < 3; i++) work(fakeModels(), 2);
    const { images, steps } = await collected(await send(20));
    expect(images).toEqual(await drawnHere(fakeStart(20)));
    expect(steps).toEqual(Array(7).fill(6));
  });

  it('is counted once, in images, ranges and time', async () => {
    work(fakeModels({ stepMs: 10, kind: 'a' }));
    const record = await send(8);
    expect((await jobs.client.progress(record.id)).drawn).toBeNull();
    await collected(record);
    const [range, by] = [0, { worker: 'late', kind: 'a', steps: 6, milliseconds: 1000 }];
    expect(await jobs.store.finish(record, range, new Float32Array(12), by)).toBe('known');
    const { images, ranges, milliseconds } = await jobs.store.totals();
    expect([images, ranges]).toEqual([8, 3]);
    // Six steps of at least 10 ms for each range.
    expect(milliseconds).toBeGreaterThanOrEqual(3 * 60);
    const { drawn } = await jobs.client.progress(record.id);
    expect((drawn?.latest ?? 0) - (drawn?.began ?? 0)).toBeGreaterThanOrEqual(3 * 60);
    await expect
      .poll(() => jobs.client.workers())
      .toMatchObject([{ kinds: ['a'], images: 8, ranges: 3, milliseconds }]);
    expect(await jobs.client.queued()).toEqual({ waiting: 0, active: 0, delayed: 0, failed: 0 });
    const { used, limit, forJobs } = await jobs.client.memory();
    expect([limit, forJobs]).toEqual([256 * 2 ** 20, 0.7 * 256 * 2 ** 20]);
    expect(used).toBeLessThan(forJobs);
    await jobs.store.remove(record.id);
    expect([await jobs.store.all(), (await jobs.store.totals()).images]).toEqual([[], 8]);
  });

  it('retries a range after an error', async () => {
    let thrown = 0;
    const onStep = (image: number): void => {
      if (image === 3 && thrown++ < 2) throw new Error('a passing fault');
    };
    work(fakeModels({ onStep }));
    expect((await collected(await send(9))).images).toEqual(await drawnHere(fakeStart(9)));
    expect(thrown).toBeGreaterThan(2);
  });

  it('fails with the reason if a range cannot be drawn, and the range is moved to the failed list', async () => {
    const onStep = (image: number): void => {
      if (image === 3) throw Object.assign(new Error('poisoned'), { code: 'SAMPLER_REQUEST' });
    };
    work(fakeModels({ onStep }));
    const record = await send(9);
    await expect(collected(record)).rejects.toMatchObject({
      code: 'JOB_FAILED',
      message: expect.stringContaining('poisoned'),
    });
    // The job ends before its range enters the list.
    await expect.poll(failedRanges).toBe(1);
    expect(await jobs.store.open()).toEqual([]);
  });

  it('continues a range from the state that a stopping worker saved', async () => {
    let begun = 0;
    const first = work(fakeModels({ stepMs: 100, onStep: () => begun++ }));
    const record = await send(3);
    await expect.poll(() => begun, { interval: 10 }).toBe(3);
    await first.stop();
    // KEDA counts the ranges in this key.
    expect(await jobs.connection.redis.zcard('isonoise:ranges-v2:prioritized')).toBe(1);
    expect(await jobs.connection.redis.llen('isonoise:ranges-v2:active')).toBe(0);
    expect(await jobs.store.savedState(record.id, 0)).not.toBeNull();
    work(fakeModels());
    const { images, steps } = await collected(record);
    expect(images).toEqual(await drawnHere(fakeStart(3)));
    expect(steps[0]).toBeLessThan(6);
  });

  it('draws a range from the start if its saved state is damaged', async () => {
    const record = await send(3);
    await jobs.store.saveState(record, 0, '{"format":"isonoise-sampling"}');
    work(fakeModels());
    const { images, steps } = await collected(record);
    expect([images, steps]).toEqual([await drawnHere(fakeStart(3)), [6]]);
  });

  it('keeps the images that were stored first', async () => {
    const record = await send(3);
    const by = { worker: 'a', kind: 'k', steps: 6, milliseconds: 250 };
    const [first, second] = [new Float32Array(12).fill(1), new Float32Array(12).fill(2)];
    expect(await jobs.store.finish(record, 0, first, by)).toBe('stored');
    expect(await jobs.store.finish(record, 0, second, { ...by, worker: 'b' })).toBe('known');
    expect((await collected(record)).images).toEqual(first);
    // Even after the images were collected and removed.
    expect(await jobs.store.finish(record, 0, second, by)).toBe('known');
    expect((await jobs.store.progress(record.id)).state).toBe('done');
  });

  it('leaves the queue when it is cancelled, and its workers stop at the next step', async () => {
    let steps = 0;
    work(fakeModels({ stepMs: 300, onStep: () => steps++ }));
    const record = await send(30);
    await pause(500);
    expect(await jobs.client.cancel(record, 'not needed')).toBe(true);
    expect(await jobs.client.cancel(record, 'again')).toBe(false);
    await pause(1500);
    const before = steps;
    await pause(700);
    expect(steps).toBe(before);
    await expect(collected(record)).rejects.toMatchObject({
      code: 'JOB_CANCELLED',
      message: expect.stringContaining('not needed'),
    });
    expect(await jobs.connection.redis.zcard('isonoise:ranges-v2:prioritized')).toBe(0);
  });

  it('with sameBits is drawn by one kind of processor; without it, the result lists the kinds', async () => {
    work(fakeModels({ kind: 'a', stepMs: 20 }));
    work(fakeModels({ kind: 'b', stepMs: 20 }));
    const any = await collected(await send(30));
    expect(new Set(any.kinds)).toEqual(new Set(['a', 'b']));
    const same = await collected(await send(12, { sameBits: true }));
    expect(new Set(same.kinds).size).toBe(1);
    expect(same.images).toEqual(await drawnHere(fakeStart(12)));
  });

  it('has at most 2,048 ranges in the queue, and adds more when some are finished', async () => {
    const waiting = (): Promise<number> => jobs.connection.redis.zcard('isonoise:ranges-v2:prioritized');
    const record = await send(2300, { rangeSize: 1 });
    expect(await waiting()).toBe(2048);
    work(fakeModels(), 8);
    const { images } = await collected(record);
    expect(images).toEqual(await drawnHere(fakeStart(2300)));
    expect(await waiting()).toBe(0);
  }, 120_000);

  it('with a smaller priority number is drawn first', async () => {
    const [later, sooner] = [await send(9, { priority: 20 }), await send(9, { priority: 5 })];
    const drawn: string[] = [];
    work(fakeModels(), 1, ({ id }) => drawn.push(id));
    await Promise.all([collected(sooner), collected(later)]);
    expect(drawn).toEqual([...Array(3).fill(sooner.id), ...Array(3).fill(later.id)]);
  });

  it('of a client with too many unfinished jobs is refused', async () => {
    await jobs.store.setClientLimit(2);
    const [first] = [await send(3), await send(3)];
    await expect(send(3)).rejects.toMatchObject({
      code: 'JOBS_TOO_MANY',
      message: expect.stringContaining(`the oldest is ${first.id}.`),
    });
    await expect(send(3, { client: 'another' })).resolves.toMatchObject({ images: 3 });
    await jobs.client.cancel(first, 'not needed');
    await expect(send(3)).resolves.toMatchObject({ images: 3 });
  });

  it('expires after its lifetime', async () => {
    const { id } = await send(3, { keepSeconds: 1 });
    await pause(1500);
    await expect(jobs.client.progress(id)).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
    expect(await jobs.store.open()).toEqual([]);
  });

  it('is not drawn by a worker of another protocol version, which reports its own version', async () => {
    const record = await send(3);
    await jobs.connection.redis.hset(
      `isonoise:v2:job:${record.id}`,
      'record',
      JSON.stringify({ ...record, protocol: 1 }),
    );
    work(fakeModels());
    await expect(jobs.store.record(record.id)).rejects.toMatchObject({ code: 'JOBS_PROTOCOL' });
    await expect
      .poll(async () => (await jobs.client.progress(record.id)).reason)
      .toContain('JOBS_PROTOCOL: job: the record has protocol 1; expected 2.');
    expect(await jobs.client.workers()).toMatchObject([
      { name: expect.stringMatching(/^worker-/), protocol: 2 },
    ]);
  });
});
