import { setTimeout as pause } from 'node:timers/promises';
import { jobsError, type RangeModels } from '@isonoise/jobs';
import { describe, expect, it } from 'vitest';
import { drawnHere, fakeModels, fakeStart } from './fake-model.ts';
import { JobsHarness } from './harness.ts';

const jobs = new JobsHarness();
const jobKey = (id: string): string => `isonoise:v2:job:${id}`;

/** Models that cannot be opened. @param onOpen called at each attempt */
function noModels(onOpen: () => void = () => {}): RangeModels {
  return {
    async open() {
      onOpen();
      throw jobsError('JOBS_BUNDLE', 'worker: the folder has no such bundle; expected it. Copy it there.');
    },
  };
}

describe('a worker without the model', () => {
  it('leaves the ranges to other workers without using up attempts, and the job says why it waits', async () => {
    let opened = 0;
    const notes: string[] = [];
    jobs.work(
      noModels(() => opened++),
      { onNote: (note) => notes.push(note) },
    );
    const record = await jobs.send(9);
    // This is longer than the five attempts of a range take. The worker tries to open the model once in ten seconds.
    await pause(8000);
    expect(opened).toBe(1);
    expect(await jobs.client.progress(record.id)).toMatchObject({
      state: 'open',
      note: 'worker worker-0 cannot open the model: JOBS_BUNDLE: worker: the folder has no such bundle; expected it. Copy it there.',
    });
    for (const name of await jobs.connection.redis.keys('isonoise:ranges-v2:????????????????-?')) {
      const made = await jobs.connection.redis.hget(name, 'atm');
      expect([name, made]).toEqual([name, null]);
    }
    expect(notes).toEqual([expect.stringContaining('JOBS_BUNDLE')]);
    jobs.work(fakeModels());
    expect((await jobs.collected(record)).images).toEqual(await drawnHere(fakeStart(9)));
    expect((await jobs.client.progress(record.id)).note).toBe('');
  });
});

it('a worker without the model sets no note while another worker draws the job', async () => {
  let opened = 0;
  jobs.work(fakeModels({ stepMs: 400 }), { name: 'able', lockMs: 60_000 });
  const record = await jobs.send(9);
  await expect.poll(async () => (await jobs.client.queued()).active).toBe(1);
  jobs.work(
    noModels(() => opened++),
    { concurrency: 2 },
  );
  await expect.poll(() => opened, { interval: 10 }).toBeGreaterThan(0);
  await pause(300);
  expect((await jobs.client.progress(record.id)).note).toBe('');
  await jobs.collected(record);
});

it('a note is removed when a worker begins to draw the job', async () => {
  const record = await jobs.send(3);
  await jobs.store.setNote(record.id, 'nobody has the model', 'lacking');
  let note: string | undefined;
  jobs.work({
    async open() {
      note = (await jobs.client.progress(record.id)).note;
      return await fakeModels({ stepMs: 100 }).open(record, new AbortController().signal);
    },
  });
  await expect
    .poll(async () => [note, (await jobs.client.progress(record.id)).note])
    .toEqual(['nobody has the model', '']);
  expect((await jobs.store.progress(record.id)).finished).toBe(0);
  await jobs.collected(record);
});

it('the note of a worker without the model stays while it is connected, so that notes do not alternate', async () => {
  const record = await jobs.send(3);
  const noted = async (text: string, worker: string): Promise<string> => {
    await jobs.store.setNote(record.id, text, worker);
    return (await jobs.client.progress(record.id)).note;
  };
  await jobs.connection.redis.set('isonoise:worker:a', '{}', 'EX', 60);
  await jobs.connection.redis.set('isonoise:worker:b', '{}', 'EX', 60);
  expect(await noted('a has no model', 'a')).toBe('a has no model');
  expect(await noted('b has no model', 'b')).toBe('a has no model');
  expect(await noted('a has no disk', 'a')).toBe('a has no disk');
  expect(await noted('b has no model', 'b')).toBe('a has no disk');
  await jobs.connection.redis.del('isonoise:worker:a');
  expect(await noted('b has no model', 'b')).toBe('b has no model');
  // A worker that draws the job removes the note.
  await jobs.store.clearNote(record.id, 'c');
  expect(await noted('a has no disk', 'a')).toBe('a has no disk');
});

it('a worker that is stopped does not wait for a model to open, and does not report it', async () => {
  const notes: string[] = [];
  let opening = false;
  const worker = jobs.work(
    {
      open: (_, stopping) =>
        new Promise((_resolve, reject) => {
          opening = true;
          stopping.addEventListener('abort', () => reject(stopping.reason));
        }),
    },
    { lockMs: 60_000, onNote: (note) => notes.push(note) },
  );
  const record = await jobs.send(3);
  await expect.poll(() => opening).toBe(true);
  // The model opens only when the worker is told to stop, so a worker that waits for the model never stops.
  await worker.stop();
  expect([notes, (await jobs.client.progress(record.id)).note]).toEqual([[], '']);
  expect(await jobs.client.queued()).toMatchObject({ waiting: 1, active: 0 });
});

describe('a damaged job', () => {
  it('does not stop other jobs: clients, workers and the list skip it', async () => {
    const damaged = await jobs.send(3);
    await jobs.connection.redis.hset(jobKey(damaged.id), 'record', '{"protocol":2}');
    const halved = await jobs.send(3);
    await jobs.connection.redis.hdel(jobKey(halved.id), 'state');
    const notes: string[] = [];
    // Ranges of the damaged job are drawn last.
    jobs.work(fakeModels({ stepMs: 10 }), { onNote: (note) => notes.push(note) });
    const record = await jobs.send(3 * 70, { priority: 1 });
    const { unreadable } = await jobs.store.openRecords();
    expect(unreadable.map(({ id, error }) => [id, Reflect.get(error, 'code')])).toEqual(
      expect.arrayContaining([[halved.id, 'JOBS_RECORD']]),
    );
    // More ranges than fit in the queue, so that ranges are added later.
    expect((await jobs.collected(record)).images).toEqual(await drawnHere(fakeStart(3 * 70)));
    await expect
      .poll(() => notes)
      .toContainEqual(
        expect.stringMatching(
          new RegExp(`^job ${halved.id} is skipped: JOBS_RECORD: .*pnpm jobs cancel ${halved.id}$`),
        ),
      );
    expect(notes.filter((note) => note.includes(halved.id))).toHaveLength(1);
  });

  it('fails without an effect on the worker if only its request is damaged', async () => {
    const damaged = await jobs.send(3);
    await jobs.connection.redis.hset(jobKey(damaged.id), 'start', '{');
    jobs.work(fakeModels());
    await expect(jobs.collected(damaged)).rejects.toMatchObject({
      code: 'JOB_FAILED',
      message: expect.stringContaining('start is not JSON'),
    });
    const record = await jobs.send(3);
    expect((await jobs.collected(record)).images).toEqual(await drawnHere(fakeStart(3)));
  });
});

describe('an ended job', () => {
  it('keeps neither images nor its request after it was cancelled, only why it ended', async () => {
    const record = await jobs.send(9);
    const by = { worker: 'a', kind: 'k', steps: 6, milliseconds: 1 };
    await jobs.store.finish(record, 0, new Float32Array(12), by);
    await jobs.store.saveState(record, 1, '{}');
    await jobs.client.cancel(record, 'not needed');
    const keys = await jobs.connection.redis.keys(`${jobKey(record.id)}*`);
    expect(keys.sort()).toEqual([jobKey(record.id), `${jobKey(record.id)}:ranges`]);
    expect((await jobs.connection.redis.hkeys(jobKey(record.id))).sort()).toEqual([
      'added',
      'began',
      'latest',
      'reason',
      'record',
      'state',
    ]);
    await expect(jobs.collected(record)).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
  });

  it('is not created again by a late worker after it was removed', async () => {
    const record = await jobs.send(9, { sameBits: true });
    await jobs.client.remove(record.id);
    expect(await jobs.store.claimKind(record.id, 'fake')).toBeNull();
    await jobs.store.raiseAdded(record.id, 3);
    await jobs.store.setNote(record.id, 'late', 'w');
    await jobs.store.saveState(record, 0, '{}');
    expect(
      await jobs.store.finish(record, 0, new Float32Array(12), {
        worker: 'a',
        kind: 'k',
        steps: 6,
        milliseconds: 1,
      }),
    ).toBe('gone');
    expect(await jobs.connection.redis.keys(`${jobKey(record.id)}*`)).toEqual([]);
  });

  it('is marked as failed later if the worker of the failed range stopped before it marked the job', async () => {
    const onStep = (): void => {
      throw Object.assign(new Error('poisoned'), { code: 'SAMPLER_REQUEST' });
    };
    const record = await jobs.send(3);
    jobs.work(fakeModels({ onStep }));
    await expect(jobs.collected(record)).rejects.toMatchObject({ code: 'JOB_FAILED' });
    // The state that such a worker leaves: the range is in the failed list, and the job is open.
    await jobs.connection.redis.hset(jobKey(record.id), 'state', 'open');
    await jobs.connection.redis.zadd('isonoise:v2:open', record.created, record.id);
    await expect(jobs.collected(record)).rejects.toMatchObject({
      code: 'JOB_FAILED',
      message: expect.stringContaining('range 0: SAMPLER_REQUEST: poisoned'),
    });
  });
});
