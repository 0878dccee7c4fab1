import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { drawnHere, fakeModels, fakeStart } from './fake-model.ts';
import { JobsHarness } from './harness.ts';

const jobs = new JobsHarness();
const setReplica = (isReplica: boolean): Promise<unknown> =>
  isReplica ? jobs.connection.redis.replicaof('127.0.0.1', 1) : jobs.connection.redis.replicaof('NO', 'ONE');
afterEach(() => setReplica(false));

describe('a server that refuses changes for a while', () => {
  it('because it became a replica costs neither an image nor an attempt', async () => {
    let steps = 0;
    const notes: string[] = [];
    const onStep = (): void => {
      steps++;
    };
    jobs.work(fakeModels({ stepMs: 50, onStep }), { lockMs: 2000, onNote: (note) => notes.push(note) });
    const record = await jobs.send(9, { saveEvery: 1 });
    const collecting = jobs.collected(record);
    await expect.poll(() => steps, { interval: 10 }).toBeGreaterThan(2);
    await setReplica(true);
    await expect(jobs.send(3)).rejects.toMatchObject({
      code: 'JOBS_STORE',
      message: expect.stringContaining('Use the address of the primary server.'),
    });
    await pause(5000);
    await setReplica(false);
    expect((await collecting).images).toEqual(await drawnHere(fakeStart(9)));
    expect(notes).toContainEqual(expect.stringContaining('waits, because the Redis server is a replica'));
    expect(await jobs.connection.redis.zcard('isonoise:ranges-v2:failed')).toBe(0);
  });
});

it('a job fails, with the reason, if the workers of one range disappear eleven times', async () => {
  let begun = 0;
  let open = (): void => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const onStep = (): void => {
    begun++;
  };
  // One worker with many places acts as several: a range whose lock is deleted counts as abandoned.
  const outcomes: string[] = [];
  const onRange = (_: unknown, __: number, outcome: string): void => void outcomes.push(outcome);
  jobs.work(fakeModels({ gate, onStep }), { concurrency: 16, lockMs: 400, onRange });
  const record = await jobs.send(3);
  const stateOf = async (): Promise<string> => (await jobs.client.progress(record.id)).state;
  for (let workers = 1; workers <= 11; workers++) {
    await expect.poll(() => begun, { interval: 10 }).toBe(workers);
    expect(await stateOf()).toBe('open');
    await jobs.connection.redis.del(`isonoise:ranges-v2:${record.id}-0:lock`);
  }
  await expect.poll(stateOf).toBe('failed');
  await expect(jobs.collected(record)).rejects.toMatchObject({
    code: 'JOB_FAILED',
    message: expect.stringContaining('range 0: its workers ended more than 10 times while they drew it'),
  });
  expect([begun, (await jobs.client.queued()).failed]).toEqual([11, 1]);
  open();
  // The workers that were thought to have ended find that the job has failed.
  await expect.poll(() => outcomes).toEqual(Array(11).fill('failed'));
}, 120_000);
