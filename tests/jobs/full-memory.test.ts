import { setTimeout as pause } from 'node:timers/promises';
import { jobsError } from '@isonoise/jobs';
import { describe, expect, it } from 'vitest';
import { drawnHere, fakeModels, fakeStart, LARGE_SIDE, largeStart } from './fake-model.ts';
import { JobsHarness } from './harness.ts';

const MEMORY = '24mb';
const jobs = new JobsHarness({ memory: MEMORY });

/** Sets the memory limit; 1 byte makes the memory full. */
const limitMemory = (bytes: string): Promise<unknown> =>
  jobs.connection.redis.config('SET', 'maxmemory', bytes);

describe('a full memory', () => {
  it('refuses a job without a trace, and accepts it when there is room', async () => {
    const waiting = await jobs.send(3);
    await limitMemory('1');
    await expect(jobs.send(3)).rejects.toMatchObject({ code: 'JOBS_MEMORY_FULL' });
    expect(await jobs.store.open()).toEqual([waiting.id]);
    // A job can still be cancelled and removed.
    expect(await jobs.client.cancel(waiting, 'to free memory')).toBe(true);
    await jobs.client.remove(waiting.id);
    expect(await jobs.store.all()).toEqual([]);
    await limitMemory(MEMORY);
    await expect(jobs.send(3)).resolves.toMatchObject({ images: 3 });
  });

  it('does not lose the images of a range that is finished meanwhile', async () => {
    const notes: string[] = [];
    let open = (): void => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    jobs.work(fakeModels({ gate }), { lockMs: 60_000, onNote: (note) => notes.push(note) });
    const record = await jobs.send(3);
    await expect.poll(() => jobs.connection.redis.llen('isonoise:ranges-v2:active')).toBe(1);
    await limitMemory('1');
    open();
    await expect
      .poll(() => notes)
      .toContainEqual(expect.stringContaining('waits, because the memory of Redis is full'));
    await limitMemory(MEMORY);
    expect((await jobs.collected(record)).images).toEqual(await drawnHere(fakeStart(3)));
  });

  it('does not keep a worker waiting with images of a job that was cancelled meanwhile', async () => {
    const [notes, outcomes] = [[] as string[], [] as string[]];
    let open = (): void => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    jobs.work(fakeModels({ gate }), {
      lockMs: 60_000,
      onNote: (note) => notes.push(note),
      onRange: (_, __, outcome) => outcomes.push(outcome),
    });
    const record = await jobs.send(3);
    await expect.poll(() => jobs.connection.redis.llen('isonoise:ranges-v2:active')).toBe(1);
    await limitMemory('1');
    open();
    await expect.poll(() => notes).toHaveLength(1);
    expect(await jobs.store.end(record.id, 'cancelled', 'not needed')).toBe(true);
    await expect.poll(() => outcomes).toEqual(['cancelled']);
    await limitMemory(MEMORY);
  });

  it('does not hide that a worker has no model', async () => {
    const [notes, outcomes] = [[] as string[], [] as string[]];
    const open = async (): Promise<never> => {
      await limitMemory('1');
      throw jobsError('JOBS_BUNDLE', 'worker: the folder has no such bundle; expected it. Copy it there.');
    };
    await jobs.send(3);
    jobs.work(
      { open },
      { onNote: (note) => notes.push(note), onRange: (_, __, outcome) => outcomes.push(outcome) },
    );
    await expect.poll(() => outcomes).toEqual(['no model']);
    expect(notes[0]).toContain('JOBS_BUNDLE');
    expect(notes.join('\n')).not.toContain('waits, because');
    await limitMemory(MEMORY);
  });

  it('does not use up an attempt of a range when a worker stops, or when a worker claims the kind of a job', async () => {
    let steps = 0;
    const onStep = (): void => {
      steps++;
    };
    const worker = jobs.work(fakeModels({ stepMs: 200, onStep }));
    const record = await jobs.send(3, { saveEvery: 0 });
    await expect.poll(() => steps, { interval: 10 }).toBe(2);
    await limitMemory('1');
    await worker.stop();
    await limitMemory(MEMORY);
    const range = `isonoise:ranges-v2:${record.id}-0`;
    expect(await jobs.connection.redis.hget(range, 'atm')).toBeNull();
    const same = await jobs.send(3, { sameBits: true, priority: 1 });
    jobs.work(fakeModels());
    // The full memory lasts longer than the pauses between five attempts.
    await limitMemory('1');
    const both = Promise.all([jobs.collected(same), jobs.collected(record)]);
    await pause(2000);
    await limitMemory(MEMORY);
    for (const { images } of await both) expect(images).toEqual(await drawnHere(fakeStart(3)));
  });

  it('makes ranges wait until images are collected', async () => {
    const notes: string[] = [];
    jobs.work(fakeModels(), { concurrency: 4, lockMs: 5000, onNote: (note) => notes.push(note) });
    // 49 MB, twice the memory of the server.
    const record = await jobs.send(3000, { start: largeStart(3000), rangeSize: 20 });
    let images = 0;
    for await (const { images: part } of jobs.client.collect(record)) images += part.length / LARGE_SIDE ** 2;
    expect([images, notes]).toEqual([3000, []]);
    expect((await jobs.client.progress(record.id)).state).toBe('done');
  }, 120_000);

  it('refuses ranges that never fit, with the sizes', async () => {
    // 1200 images of 16,384 bytes take 21.0 MB, because the allocator rounds up to its next size. The limit is 17.6 MB
    // (70 % of 24 MiB) minus the memory of an empty server.
    await expect(jobs.send(3000, { start: largeStart(3000), rangeSize: 1200 })).rejects.toMatchObject({
      code: 'JOBS_MEMORY_FULL',
      message: expect.stringMatching(
        /^job: the images of a range need 21\.0 MB in Redis; expected at most 1[67]\.\d MB \(70 % of maxmemory\)\. Choose a smaller --range-size, or raise maxmemory\.$/,
      ),
    });
    expect(await jobs.store.open()).toEqual([]);
    // The range size can exceed the number of images of the job.
    await expect(jobs.send(3, { start: largeStart(3), rangeSize: 1200 })).resolves.toMatchObject({
      images: 3,
    });
  });

  it('is reported as the reason why the ranges of a job wait', async () => {
    await jobs.connection.redis.setrange('other', 18e6, 'x');
    const record = await jobs.send(3);
    expect((await jobs.client.progress(record.id)).added).toBe(0);
    expect(await jobs.waitsFor(record)).toMatch(
      /^ranges wait for memory: the 17\.6 MB that jobs may fill in Redis \(70 % of maxmemory\) are used or reserved; expected room for the images of a range\. Collect or cancel jobs, or raise maxmemory$/,
    );
    await jobs.connection.redis.del('other');
    jobs.work(fakeModels());
    expect((await jobs.collected(record)).images).toEqual(await drawnHere(fakeStart(3)));
    expect(await jobs.waitsFor(record)).toBeNull();
  });
});
