import { setTimeout as pause } from 'node:timers/promises';
import { type JobInfo, jobInfoSchema } from '@isonoise/api';
import { type Connection, connect, countRanges, imagesOfRange, JobStore } from '@isonoise/jobs';
import { type Logger, pino } from 'pino';
import * as v from 'valibot';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { TestRedis } from '../../../../tests/support/redis.ts';
import { Scene, type Served } from '../../../../tests/support/served.ts';
import { JobResults } from './job-result.ts';
import { MemoryTurns } from './memory-turns.ts';
import { StoreAccess } from './store-access.ts';

/** Memory for the images of all results, in bytes, as documented in docs/jobs.md. */
const ALL = 2 ** 28;

const redis = new TestRedis();
const scene = new Scene();
const lines: Record<string, unknown>[] = [];
const log: Logger = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) });
const take = vi.spyOn(MemoryTurns.prototype, 'take');
let connection: Connection;
let store: JobStore;
let served: Served;
let info: JobInfo;

beforeAll(async () => {
  await Promise.all([redis.start(), scene.build()]);
  await scene.addModel('wide', { channels: 1, height: 64, width: 64 });
  connection = await connect(redis.url);
  store = new JobStore(connection.redis);
  served = await scene.serve({ redis: redis.url, log });
  // A range takes 1 MiB.
  const body = JSON.stringify({ model: 'wide', seed: 7, steps: 4, count: 128, rangeSize: 64 });
  const headers = { 'Content-Type': 'application/json' };
  info = v.parse(
    jobInfoSchema,
    await (await served.get('/v1/jobs', { method: 'POST', headers, body })).json(),
  );
  const record = await store.record(info.id);
  for (let range = 0; range < countRanges(record); range++) {
    const images = new Float32Array(imagesOfRange(record, range).count * record.imageValues).fill(0.5);
    await store.finish(record, range, images, { worker: 'w', kind: 'k', steps: 4, milliseconds: 1 });
  }
});
beforeEach(() => {
  lines.length = 0;
});
afterEach(() => take.mockClear());
afterAll(async () => {
  await scene.stopServers();
  connection.close();
  await scene.remove();
  await redis.remove();
});

const result = (signal?: AbortSignal): Promise<Response> =>
  served.get(`/v1/jobs/${info.id}/result?format=npy`, signal === undefined ? {} : { signal });

/** Downloads a result. @returns the object that bounds the memory for results */
async function turnsOfResults(): Promise<MemoryTurns> {
  await (await result()).arrayBuffer();
  const [turns] = take.mock.contexts;
  expect(take).toHaveBeenCalledTimes(2);
  take.mockClear();
  return turns as MemoryTurns;
}

it('single images are sent while downloads take all memory for results', async () => {
  const turns = await turnsOfResults();
  const taken = await turns.take(ALL);
  const waiting = (await result()).arrayBuffer();
  const answer = await served.get(`/v1/jobs/${info.id}/images/3.png`);
  expect(answer.status).toBe(200);
  expect((await answer.arrayBuffer()).byteLength).toBeGreaterThan(100);
  expect(await Promise.race([waiting, pause(50, 'waits')])).toBe('waits');
  taken.free();
  expect((await waiting).byteLength).toBeGreaterThan(128 * 64 * 64 * 4);
});

it('a client that disconnects while it waits for memory gives up its place, and no error is logged', async () => {
  const turns = await turnsOfResults();
  const taken = await turns.take(ALL);
  take.mockClear();
  const gone = new AbortController();
  const body = (await result(gone.signal)).arrayBuffer();
  await expect.poll(() => take).toHaveBeenCalledTimes(1);
  gone.abort();
  await expect(body).rejects.toThrow('aborted');
  await expect.poll(() => take.mock.settledResults).toMatchObject([{ type: 'rejected' }]);
  await expect
    .poll(() => lines)
    .toContainEqual(expect.objectContaining({ msg: 'answered', route: '/v1/jobs/:id/result' }));
  taken.free();
  await (await result()).arrayBuffer();
  expect(lines.filter(({ level }) => Number(level) >= 50)).toEqual([]);
});

it('a zip archive that is being sent takes memory only for the PNG files of one range', async () => {
  const access = new StoreAccess(redis.url, log);
  const { chunks } = await new JobResults(access).zip(info.id, new AbortController().signal);
  await chunks.next();
  const [turns] = take.mock.contexts as MemoryTurns[];
  const others = turns?.take(ALL - 2 ** 18);
  expect(await Promise.race([others?.then(() => 'enter'), pause(30_000, 'wait')])).toBe('enter');
  // The PNG files of the range take memory until they are sent.
  const all = turns?.take(2 ** 18);
  (await others)?.free();
  (await all)?.free();
  const rest = turns?.take(ALL).then(() => 'enter');
  expect(await Promise.race([rest, pause(50, 'wait')])).toBe('wait');
  await chunks.return();
  expect(await rest).toBe('enter');
  await access.close();
});
