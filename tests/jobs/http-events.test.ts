import { setTimeout as pause } from 'node:timers/promises';
import type { JobInfo } from '@isonoise/api';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { HttpJobsHarness } from './http-harness.ts';

const jobs = new HttpJobsHarness();
beforeAll(() => jobs.serve());
const followed: Followed[] = [];
afterEach(async () => {
  await Promise.all(followed.splice(0).map((each) => each.reader.cancel()));
});

const send = (): Promise<string> => jobs.sent({ count: 3 });

interface Followed {
  readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  /** Returns the next event; null at the end. */
  next(): Promise<{ readonly id: string; readonly event: string; readonly data: JobInfo } | null>;
}

/** Follows a job. */
async function follow(id: string, lastEventId?: string): Promise<Followed> {
  const headers: Record<string, string> = lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId };
  const answer = await jobs.served.get(`/v1/jobs/${id}/events`, { headers });
  expect(answer.status).toBe(200);
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  let text = '';
  const each: Followed = {
    reader,
    async next() {
      for (;;) {
        const found = /(?:id: (.*)\n)?event: (.*)\ndata: (.*)\n\n/.exec(text);
        if (found !== null) {
          text = text.slice(found.index + found[0].length);
          const [, eventId = '', event = '', data = ''] = found;
          return { id: eventId, event, data: JSON.parse(data) };
        }
        const { value, done } = await reader.read();
        if (done) return null;
        text += decoder.decode(value, { stream: true });
      }
    },
  };
  followed.push(each);
  return each;
}

describe('the events of a job', () => {
  it('say what the job waits for, each time this changes', async () => {
    const id = await send();
    const events = await follow(id);
    expect(await events.next()).toMatchObject({ id: '0', event: 'progress', data: { waitsFor: null } });
    await jobs.store.setNote(id, 'a bundle', 'w');
    expect(await events.next()).toMatchObject({ id: '0-waits', data: { waitsFor: 'a bundle' } });
    await jobs.store.setNote(id, 'memory', 'w');
    expect(await events.next()).toMatchObject({ id: '0-waits', data: { waitsFor: 'memory' } });
    await jobs.store.setNote(id, '', 'w');
    expect(await events.next()).toMatchObject({ id: '0', data: { waitsFor: null } });
    // A client that reconnects with the id of the note is told that the note is gone.
    expect(await (await follow(id, '0-waits')).next()).toMatchObject({ id: '0', data: { waitsFor: null } });
    await jobs.store.end(id, 'cancelled', 'by me');
    expect(await events.next()).toMatchObject({ id: '0-cancelled', event: 'end', data: { reason: 'by me' } });
    expect(await events.next()).toBeNull();
  });

  it('do not repeat that the job waits for memory while the used memory changes', async () => {
    await jobs.limitMemory('24mb');
    await jobs.connection.redis.setrange('other', 18e6, 'x');
    const id = await send();
    const events = await follow(id);
    const memory = expect.stringMatching(/^ranges wait for memory: /);
    expect(await events.next()).toMatchObject({ id: '0-waits', data: { waitsFor: memory } });
    const next = events.next();
    for (let bytes = 18.5e6; bytes <= 20e6; bytes += 0.5e6) {
      await jobs.connection.redis.setrange('other', bytes, 'x');
      await pause(600);
    }
    await jobs.store.end(id, 'cancelled', 'by me');
    expect(await next).toMatchObject({ id: '0-cancelled', event: 'end' });
    await jobs.connection.redis.del('other');
    await jobs.limitMemory('0');
  });

  it('cost the store no more reads for many clients than for one', async () => {
    const id = await send();
    const streams = await Promise.all(Array.from({ length: 20 }, () => follow(id)));
    await Promise.all(streams.map((each) => each.next()));
    await jobs.connection.redis.config('RESETSTAT');
    await pause(3000);
    const calls = /cmdstat_hlen:calls=(\d+)/.exec(await jobs.connection.redis.info('commandstats'))?.[1];
    // Reads are at least 0.4 s apart, and each read asks for the progress at most twice.
    expect(Number(calls)).toBeGreaterThan(1);
    expect(Number(calls)).toBeLessThanOrEqual(2 * (3000 / 400 + 1));
    await jobs.store.end(id, 'cancelled', 'by me');
    for (const each of streams) expect(await each.next()).toMatchObject({ event: 'end' });
  });

  it('end with failed if the job is deleted', async () => {
    const id = await send();
    const events = await follow(id);
    await events.next();
    await jobs.store.remove(id);
    expect(await events.next()).toMatchObject({ id: '', event: 'failed', data: { code: 'JOB_NOT_FOUND' } });
    expect(await events.next()).toBeNull();
  });

  it('continue after a restart of Redis, also for a client that connects meanwhile', async () => {
    const id = await send();
    const events = await follow(id);
    expect(await events.next()).toMatchObject({ id: '0' });
    await jobs.redis.kill();
    await expect.poll(async () => (await jobs.served.get(`/v1/jobs/${id}/events`)).status).toBe(503);
    const again = await follow(id, '0');
    await jobs.redis.start();
    await jobs.store.end(id, 'cancelled', 'after the restart');
    for (const each of [events, again])
      expect(await each.next()).toMatchObject({ event: 'end', data: { reason: 'after the restart' } });
  });

  it('are sent neither to a client that has the last event nor for unknown jobs', async () => {
    const id = await send();
    await jobs.store.end(id, 'cancelled', 'by me');
    const headers = { 'Last-Event-ID': '0-cancelled' };
    expect((await jobs.served.get(`/v1/jobs/${id}/events`, { headers })).status).toBe(204);
    expect((await jobs.served.get('/v1/jobs/0123456789abcdef/events', { headers })).status).toBe(404);
  });
});
