import { setTimeout as pause } from 'node:timers/promises';
import type { JobRecord } from '@isonoise/jobs';
import { describe, expect, it } from 'vitest';
import { JobsHarness } from './harness.ts';

const jobs = new JobsHarness();
const BY = { worker: 'w', kind: 'k', steps: 1, milliseconds: 1 };

describe('the list of all jobs', () => {
  /** Sends a job that is newer than those before. */
  async function newer(): Promise<JobRecord> {
    await pause(2);
    return jobs.send(3);
  }

  it('has the newest jobs first, without removed and expired jobs, and is read without SCAN', async () => {
    const { redis } = jobs.connection;
    const sent = [await newer(), await newer(), await newer(), await newer()];
    const [first, removed, expired, last] = sent.map(({ id }) => id) as [string, string, string, string];
    expect(await jobs.store.all()).toEqual([last, expired, removed, first]);
    await jobs.client.cancel({ id: last }, 'not needed');
    await jobs.store.remove(removed);
    await redis.pexpire(`isonoise:v2:job:${expired}`, 1);
    await pause(10);
    await redis.config('RESETSTAT');
    expect(await jobs.store.all()).toEqual([last, first]);
    await jobs.store.doneRecords();
    expect(await redis.info('commandstats')).not.toMatch(/cmdstat_(scan|keys):/);
    expect(await redis.zrange('isonoise:v2:jobs', 0, -1)).toEqual([first, last]);
  });
});

describe('a single image', () => {
  it('has the same values as in its range', async () => {
    const record = await jobs.send(8);
    const images = Float32Array.from({ length: 3 * record.imageValues }, (_, i) => Math.sin(i));
    await jobs.store.finish(record, 1, images, BY);
    const rest = images.map((value) => -value).subarray(0, 2 * record.imageValues);
    await jobs.store.finish(record, 2, rest, BY);
    const at = (values: Float32Array, i: number): Float32Array =>
      values.slice(i * record.imageValues, (i + 1) * record.imageValues);
    for (const i of [0, 1, 2]) expect(await jobs.store.image(record, 3 + i)).toEqual(at(images, i));
    expect(await jobs.store.image(record, 7)).toEqual(at(rest, 1));
  });

  it('is missing if its range was not drawn, was collected or has another size', async () => {
    const record = await jobs.send(6);
    const missing = { code: 'JOBS_RECORD', message: expect.stringContaining('range 0 are missing') };
    await expect(jobs.store.image(record, 2)).rejects.toMatchObject(missing);
    await jobs.store.finish(record, 0, new Float32Array(3 * record.imageValues), BY);
    await jobs.store.removeImages(record.id, [0]);
    await expect(jobs.store.image(record, 2)).rejects.toMatchObject(missing);
    await jobs.store.finish(record, 1, new Float32Array(2 * record.imageValues), BY);
    await expect(jobs.store.image(record, 3)).rejects.toMatchObject({
      code: 'JOBS_RECORD',
      message: expect.stringContaining(
        `range 1 are ${8 * record.imageValues} bytes; expected ${12 * record.imageValues} bytes`,
      ),
    });
  });
});
