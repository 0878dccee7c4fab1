import { setTimeout as pause } from 'node:timers/promises';
import { connect, JobClient, JobStore } from '@isonoise/jobs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { drawnHere, fakeModels, fakeStart } from './fake-model.ts';
import { JobsHarness } from './harness.ts';

const jobs = new JobsHarness();
afterEach(() => void vi.restoreAllMocks());

const waiting = (): Promise<number> => jobs.connection.redis.zcard('isonoise:ranges-v2:prioritized');
const lost = new Error('Connection is closed.');

describe('a job that is being sent', () => {
  it('is not drawn and expires if its client does not finish sending it', async () => {
    vi.spyOn(JobStore.prototype, 'admit').mockRejectedValueOnce(lost);
    vi.spyOn(JobStore.prototype, 'remove').mockRejectedValueOnce(lost);
    let begun = 0;
    jobs.work(fakeModels({ onStep: () => begun++ }));
    await expect(jobs.send(3)).rejects.toMatchObject({ code: 'JOBS_UNREACHABLE' });
    const [key = ''] = await jobs.connection.redis.keys('isonoise:v2:job:*');
    const id = key.slice(-16);
    const seconds = await jobs.connection.redis.ttl(key);
    expect([seconds > 0, seconds <= 60]).toEqual([true, true]);
    // Workers look for open jobs every two seconds.
    await pause(2500);
    expect([begun, await waiting(), await jobs.store.open(), await jobs.store.all()]).toEqual([0, 0, [], []]);
    for (const reading of [
      jobs.store.progress(id),
      jobs.store.record(id),
      jobs.store.read(id),
      jobs.store.plan(id),
    ])
      await expect(reading).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
  });

  it('is refused if it has expired before it is opened', async () => {
    const admit = JobStore.prototype.admit;
    vi.spyOn(JobStore.prototype, 'admit').mockImplementationOnce(async function (this: JobStore, record) {
      await this.remove(record.id);
      return admit.call(this, record);
    });
    await expect(jobs.send(3)).rejects.toMatchObject({
      code: 'JOBS_UNREACHABLE',
      message: expect.stringMatching(/sending it took over 60 s, so it expired; .* Send the job again\.$/),
    });
  });

  it('leaves nothing behind if sending fails while the connection works', async () => {
    vi.spyOn(JobStore.prototype, 'admit').mockRejectedValueOnce(lost);
    await expect(jobs.send(3)).rejects.toMatchObject({ code: 'JOBS_UNREACHABLE' });
    expect(await jobs.connection.redis.keys('isonoise:v2:job:*')).toEqual([]);
  });

  it('is sent although its ranges cannot be added to the queue: workers add them', async () => {
    vi.spyOn(JobStore.prototype, 'reserve').mockRejectedValueOnce(lost);
    const record = await jobs.send(9);
    expect(await waiting()).toBe(0);
    jobs.work(fakeModels());
    expect((await jobs.collected(record)).images).toEqual(await drawnHere(fakeStart(9)));
  });

  it('is drawn although a process ended after it reserved memory for ranges, before it added them', async () => {
    vi.spyOn(JobStore.prototype, 'reserve').mockRejectedValueOnce(lost);
    const record = await jobs.send(9);
    const { forJobs } = await jobs.client.memory();
    expect(await jobs.store.reserve(record, forJobs)).toEqual({ added: 0, reserved: 3 });
    jobs.work(fakeModels());
    expect((await jobs.collected(record)).images).toEqual(await drawnHere(fakeStart(9)));
  });

  it('is refused if its client sends too many jobs at the same moment', async () => {
    await jobs.store.setClientLimit(2);
    const own = await Promise.all([1, 2, 3].map(() => connect(jobs.redis.url)));
    const clients = own.map((connection) => new JobClient(connection));
    const request = { start: fakeStart(3), client: 'me', bundle: { sha256: 'ab'.repeat(32), name: 'fake' } };
    const sent = await Promise.allSettled(
      clients.flatMap((client) => [1, 2].map(() => client.send(request))),
    );
    expect(sent.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    for (const each of sent)
      if (each.status === 'rejected') expect(each.reason).toMatchObject({ code: 'JOBS_TOO_MANY' });
    // A refused job is removed.
    expect(await jobs.connection.redis.keys('isonoise:v2:job:????????????????')).toHaveLength(2);
    expect((await jobs.store.open()).length).toBe(2);
    await Promise.all(clients.map((client) => client.close()));
    for (const connection of own) connection.close();
  });
});

it('the text that a client sends with a job is kept outside the record', async () => {
  const text = 'x'.repeat(10_000);
  const record = await jobs.send(3, { senderText: text });
  expect(record.hasSenderText).toBe(true);
  expect(await jobs.store.record(record.id)).toEqual(record);
  expect(JSON.stringify(record).length).toBeLessThan(1000);
  expect(await jobs.store.senderText(record.id)).toBe(text);
  const without = await jobs.send(3);
  expect([without.hasSenderText, await jobs.store.senderText(without.id)]).toEqual([false, null]);
});

it('waiting ranges of an expired job leave the queue when another job is sent', async () => {
  await jobs.send(9, { keepSeconds: 1 });
  expect(await waiting()).toBe(3);
  await pause(1500);
  const record = await jobs.send(6);
  expect(await waiting()).toBe(2);
  expect(await jobs.connection.redis.zrange('isonoise:v2:open', 0, -1)).toEqual([record.id]);
});
