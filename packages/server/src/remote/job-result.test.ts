import { jobInfoSchema } from '@isonoise/api';
import { type Connection, connect, countRanges, JobStore } from '@isonoise/jobs';
import { pino } from 'pino';
import * as v from 'valibot';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestRedis } from '../../../../tests/support/redis.ts';
import { Scene } from '../../../../tests/support/served.ts';

const redis = new TestRedis();
const scene = new Scene();
let connection: Connection;
let store: JobStore;

beforeAll(async () => {
  await Promise.all([redis.start(), scene.build()]);
  connection = await connect(redis.url);
  store = new JobStore(connection.redis);
});
afterAll(async () => {
  await scene.stopServers();
  connection.close();
  await scene.remove();
  await redis.remove();
});

it('a result whose images are lost meanwhile ends the connection, and the log has the cause', async () => {
  const lines: Record<string, unknown>[] = [];
  const log = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const served = await scene.serve({ redis: redis.url, log });
  const sent = await served.get('/v1/jobs', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ model: 'conv', seed: 7, steps: 4, count: 6, rangeSize: 3 }),
  });
  const { id } = v.parse(jobInfoSchema, await sent.json());
  const record = await store.record(id);
  const by = { worker: 'w', kind: 'k', steps: 4, milliseconds: 1 };
  for (let range = 0; range < countRanges(record); range++)
    await store.finish(record, range, new Float32Array(3 * record.imageValues), by);
  await store.removeImages(id, [1]);
  for (const format of ['npy', 'zip']) {
    lines.length = 0;
    const answer = await served.get(`/v1/jobs/${id}/result?format=${format}`);
    expect(answer.status).toBe(200);
    await expect(answer.arrayBuffer()).rejects.toThrow('terminated');
    await expect
      .poll(() => lines)
      .toContainEqual(
        expect.objectContaining({
          level: 50,
          msg: 'the response ended before it was complete',
          err: expect.objectContaining({ message: expect.stringContaining('range 1 are missing') }),
        }),
      );
    await expect
      .poll(() => lines)
      .toContainEqual(
        expect.objectContaining({ msg: 'answered', route: '/v1/jobs/:id/result', status: 200 }),
      );
  }
});
