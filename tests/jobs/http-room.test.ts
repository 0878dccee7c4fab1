import type { JobInfo } from '@isonoise/api';
import { type RunningWorker, startWorker } from '@isonoise/jobs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { fakeModels } from './fake-model.ts';
import { HttpJobsHarness, refused as refusalOf } from './http-harness.ts';

const jobs = new HttpJobsHarness();
const workers: RunningWorker[] = [];
beforeAll(async () => {
  await jobs.scene.addModel('middle', { channels: 1, height: 64, width: 64 });
  await jobs.scene.addModel('large', { channels: 1, height: 2048, width: 2048 });
  await jobs.serve();
});
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop()));
  await jobs.clear();
});

const sent = (body: object): Promise<string> => jobs.sent({ steps: 2, ...body });
/** Returns the status, the code and the message of a refusal. */
async function refused(body: object): Promise<readonly [number, string, string]> {
  const { status, code, message } = await refusalOf(jobs.post({ steps: 2, ...body }));
  return [status, code, message];
}
function work(): void {
  const { connection } = jobs;
  workers.push(
    startWorker({ connection, models: fakeModels(), name: 'worker', concurrency: 2, lockMs: 1000 }),
  );
}
const stateOf = async (id: string): Promise<string> => (await jobs.store.progress(id)).state;

/** A picture that is refused when the arrays of the run are created. */
const tooBright = (values: number): object => ({
  edit: { x: Buffer.from(new Float32Array(values).fill(2).buffer).toString('base64'), strength: 0.5 },
});

describe('the memory for a job over HTTP', () => {
  it('is checked before its pictures are repeated', async () => {
    await jobs.limitMemory('4mb');
    expect(await refused({ ...tooBright(30), count: 100_000 })).toEqual([
      422,
      'BUDGET_EXCEEDED',
      expect.stringMatching(/^100000 images of \[1, 6, 5\] would be \d+ bytes/),
    ]);
    await jobs.limitMemory('64gb');
    expect(await refused({ ...tooBright(4096), model: 'middle', count: 32_769 })).toEqual([
      422,
      'BUDGET_EXCEEDED',
      expect.stringContaining('would be 536887296 bytes in the store of jobs; expected at most 536870912.'),
    ]);
    expect((await refused({ ...tooBright(30), count: 2 })).slice(0, 2)).toEqual([400, 'BODY_INVALID']);
  });

  it('is sufficient for ranges of large images; by default, a range is small enough to save its state', async () => {
    await jobs.limitMemory('64gb');
    const { rangeSize } = await jobs.store.record(
      await sent({ model: 'large', sampler: 'ddim', count: 256 }),
    );
    expect(rangeSize).toBe(16);
    expect(await refused({ model: 'large', sampler: 'ddim', count: 256, rangeSize: 17 })).toEqual([
      400,
      'BODY_INVALID',
      expect.stringContaining('expected at most 67108864'),
    ]);
  });

  it('is not given to two jobs that would block each other', async () => {
    await jobs.limitMemory('16mb');
    const big = { count: 45_000, rangeSize: 512 };
    const first = await sent(big);
    expect(await refused(big)).toEqual([
      503,
      'JOBS_MEMORY_FULL',
      expect.stringContaining('Delete finished jobs'),
    ]);
    work();
    await expect.poll(() => stateOf(first), { interval: 200 }).toBe('done');
    expect((await refused(big))[1]).toBe('JOBS_MEMORY_FULL');
    expect((await jobs.served.get(`/v1/jobs/${first}`, { method: 'DELETE' })).status).toBe(204);
    await sent(big);
  }, 120_000);

  it('is reported as what the job waits for if other data fill it', async () => {
    await jobs.limitMemory('24mb');
    await jobs.connection.redis.setrange('other', 18e6, 'x');
    const id = await sent({ count: 4 });
    const waitsFor = async (path: string): Promise<string | null> =>
      ((await (await jobs.served.get(path)).json()) as JobInfo).waitsFor;
    expect(await waitsFor(`/v1/jobs/${id}`)).toMatch(
      /^ranges wait for memory: the 17\.6 MB that jobs may fill in Redis/,
    );
    const events = await jobs.served.get(`/v1/jobs/${id}/events`);
    const reader = (events.body as ReadableStream<Uint8Array>).getReader();
    let text = '';
    const until = async (pattern: RegExp): Promise<void> => {
      while (!pattern.test(text)) text += new TextDecoder().decode((await reader.read()).value);
    };
    await until(/^id: 0-waits\nevent: progress\ndata: \{.*"waitsFor":"ranges wait for memory/m);
    await jobs.connection.redis.del('other');
    await until(/^id: 0\nevent: progress\ndata: \{.*"waitsFor":null/m);
    expect(await waitsFor(`/v1/jobs/${id}`)).toBeNull();
    work();
    await until(/^event: end$/m);
    await reader.cancel();
  });

  it('is sufficient for the largest job that is accepted', async () => {
    await jobs.limitMemory('16mb');
    const [, , message] = await refused({ count: 100_000, rangeSize: 512 });
    const [, bytes, most] = /would be (\d+) bytes.*at most (\d+)/.exec(message) ?? [];
    const count = Math.floor((100_000 * Number(most)) / Number(bytes) / 512) * 512;
    expect((await refused({ count: count + 1024, rangeSize: 512 }))[1]).toBe('BUDGET_EXCEEDED');
    const id = await sent({ count, rangeSize: 512 });
    work();
    await expect.poll(() => stateOf(id), { interval: 200 }).toBe('done');
  }, 120_000);
});
