import { type Connection, connect, JobClient, JobStore, startWorker } from '@isonoise/jobs';
import { planSampling } from '@isonoise/sampler';
import { createSchedule } from '@isonoise/schedule';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { TestRedis } from '../support/redis.ts';
import { BUNDLE, drawnHere, fakeModels, fakeStart } from './fake-model.ts';

const MEMORY = '24mb';
const redis = new TestRedis({ password: 'secret', memory: MEMORY });
beforeAll(() => redis.start());
afterAll(() => redis.remove());
afterEach(async () => {
  const { redis: commands, close } = await connect(redis.url);
  await commands.flushall();
  close();
});

/** Sets the memory limit; 1 byte makes the memory full. */
const limitMemory = ({ redis: commands }: Connection, bytes: string): Promise<unknown> =>
  commands.config('SET', 'maxmemory', bytes);

describe('connect', () => {
  it.each([
    ['a wrong password', () => redis.url.replace('secret', 'wrong'), 'JOBS_ACCESS', 'WRONGPASS'],
    ['no password', () => redis.url.replace(':secret@', ''), 'JOBS_ACCESS', 'redis://:password@host:port'],
    ['a port without a server', () => 'redis://127.0.0.1:1', 'JOBS_UNREACHABLE', 'ECONNREFUSED'],
    [
      'an address of another kind',
      () => 'http://127.0.0.1',
      'JOBS_UNREACHABLE',
      'expected an address such as redis://',
    ],
  ])('refuses %s', async (_, url, code, message) => {
    await expect(connect(url())).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
    await expect(connect(url())).rejects.not.toMatchObject({ message: expect.stringContaining('wrong@') });
  });

  it('with failFast, commands fail at once while the server is away, and succeed when it is back', async () => {
    const { redis: commands, close } = await connect(redis.url, { failFast: true });
    await redis.stop();
    await expect.poll(() => commands.status, { timeout: 10_000 }).not.toBe('ready');
    await expect(commands.ping()).rejects.toThrow();
    await redis.start();
    await expect.poll(() => commands.ping().catch(() => 'away'), { timeout: 10_000 }).toBe('PONG');
    close();
  });

  it('refuses a server that removes jobs when its memory is full', async () => {
    const { redis: commands, close } = await connect(redis.url);
    await commands.config('SET', 'maxmemory-policy', 'allkeys-lru');
    await expect(connect(redis.url)).rejects.toMatchObject({
      code: 'JOBS_STORE',
      message: expect.stringContaining('allkeys-lru'),
    });
    await commands.config('SET', 'maxmemory-policy', 'noeviction');
    close();
  });

  it('notes that a server does not write a file', async () => {
    const { redis: commands, close, notes } = await connect(redis.url);
    expect(notes).toEqual([]);
    await commands.config('SET', 'appendonly', 'no');
    const { notes: without, close: closeWithout } = await connect(redis.url);
    expect(without).toEqual([expect.stringContaining('does not write an append-only file')]);
    await commands.config('SET', 'appendonly', 'yes');
    close();
    closeWithout();
  });
});

describe('a full memory', () => {
  it('refuses a job, and takes it when there is room', async () => {
    const connection = await connect(redis.url);
    const client = new JobClient(connection);
    const request = { start: fakeStart(3), bundle: BUNDLE, client: 'me' };
    const waiting = await client.send(request);
    await limitMemory(connection, '1');
    await expect(client.send(request)).rejects.toMatchObject({ code: 'JOBS_STORE_FULL' });
    // A job can be cancelled all the same.
    expect(await client.cancel(waiting, 'to free memory')).toBe(true);
    await limitMemory(connection, MEMORY);
    await expect(client.send(request)).resolves.toMatchObject({ images: 3 });
    await connection.redis.flushall();
    await client.close();
    connection.close();
  });

  it('does not lose the images of a range that is finished meanwhile', async () => {
    const connection = await connect(redis.url);
    const client = new JobClient(connection);
    const notes: string[] = [];
    let open = (): void => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const worker = startWorker({
      connection,
      models: fakeModels({ gate }),
      name: 'worker',
      concurrency: 1,
      lockMs: 60_000,
      onNote: (note) => notes.push(note),
    });
    const record = await client.send({ start: fakeStart(3), bundle: BUNDLE, client: 'me', rangeSize: 3 });
    await expect.poll(() => connection.redis.llen('isonoise:ranges-v1:active')).toBe(1);
    await limitMemory(connection, '1');
    open();
    await expect
      .poll(() => notes, { timeout: 10_000 })
      .toContainEqual(expect.stringContaining('waits, because the memory of Redis is full'));
    await limitMemory(connection, MEMORY);
    let images = new Float32Array();
    for await (const { images: part } of client.collect(record)) images = part as Float32Array<ArrayBuffer>;
    expect(images).toEqual(await drawnHere(fakeStart(3)));
    await worker.stop();
    await client.close();
    connection.close();
  });

  it('makes ranges wait until images are collected', async () => {
    const connection = await connect(redis.url);
    const client = new JobClient(connection);
    const side = 64;
    const plan = planSampling({
      shape: { channels: 1, height: side, width: side },
      schedule: createSchedule({ kind: 'linear', numTrainTimesteps: 100 }),
      predictionType: 'epsilon',
      seed: 1,
      // 49 MB, twice the memory of the server.
      images: 3000,
      sampler: 'ddim',
      steps: 1,
    });
    const notes: string[] = [];
    const worker = startWorker({
      connection,
      models: fakeModels(),
      name: 'worker',
      concurrency: 4,
      lockMs: 5000,
      onNote: (note) => notes.push(note),
    });
    const record = await client.send({
      start: { plan, nextStep: 0 },
      bundle: BUNDLE,
      client: 'me',
      rangeSize: 20,
    });
    let images = 0;
    for await (const { images: part } of client.collect(record)) images += part.length / side ** 2;
    expect([images, notes]).toEqual([3000, []]);
    expect((await new JobStore(connection.redis).progress(record.id)).state).toBe('done');
    await worker.stop();
    await client.close();
    connection.close();
  }, 120_000);
});
