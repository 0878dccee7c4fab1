import { type JobInfo, jobInfoSchema } from '@isonoise/api';
import { type Connection, connect, countRanges, imagesOfRange, JobStore } from '@isonoise/jobs';
import { unzipSync } from 'fflate';
import { type Logger, pino } from 'pino';
import * as v from 'valibot';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { TestRedis } from '../../../../tests/support/redis.ts';
import { Scene, type Served } from '../../../../tests/support/served.ts';

const redis = new TestRedis();
const scene = new Scene();
let connection: Connection;
let store: JobStore;

beforeAll(async () => {
  await Promise.all([redis.start(), scene.build()]);
  await scene.addModel('wide', { channels: 1, height: 64, width: 64 });
  connection = await connect(redis.url);
  store = new JobStore(connection.redis);
});
afterEach(async () => {
  await scene.stopServers();
  await connection.redis.flushall();
});
afterAll(async () => {
  connection.close();
  await scene.remove();
  await redis.remove();
});

/** Returns a server and the lines of its log. */
async function serveLogged(): Promise<{
  readonly served: Served;
  readonly lines: Record<string, unknown>[];
}> {
  const lines: Record<string, unknown>[] = [];
  const log: Logger = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  return { served: await scene.serve({ redis: redis.url, log }), lines };
}
const post = (served: Served, body: object): Promise<Response> =>
  served.get('/v1/jobs', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ model: 'conv', seed: 7, steps: 4, ...body }),
  });
/** Sends a job, stores different images for each of its ranges, and returns the job. */
async function sendFinished(served: Served, body: object): Promise<JobInfo> {
  const info = v.parse(jobInfoSchema, await (await post(served, body)).json());
  const record = await store.record(info.id);
  const by = { worker: 'w', kind: 'k', steps: 4, milliseconds: 1 };
  for (let range = 0; range < countRanges(record); range++) {
    const { first, count } = imagesOfRange(record, range);
    const values = new Float32Array(count * record.imageValues);
    for (let i = 0; i < values.length; i++)
      values[i] = (((first * record.imageValues + i) % 1009) - 504) / 504;
    await store.finish(record, range, values, by);
  }
  return info;
}
const endedEarly = (message: string): unknown =>
  expect.objectContaining({
    level: 50,
    msg: 'the response ended before it was complete',
    err: expect.objectContaining({ message: expect.stringContaining(message) }),
  });

/** A job whose result is longer than the buffers of a connection: 32 MiB. */
const LONG = { model: 'wide', count: 2048, rangeSize: 64 };

type Reader = ReadableStreamDefaultReader<Uint8Array>;

/** Begins to download a result. @returns its reader, the number of bytes read so far, and the number of all bytes */
async function begun(
  served: Served,
  id: string,
): Promise<{ readonly reader: Reader; readonly read: number; readonly length: number }> {
  const answer = await served.get(`/v1/jobs/${id}/result?format=npy`);
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
  const { value } = await reader.read();
  return { reader, read: value?.length ?? 0, length: Number(answer.headers.get('Content-Length')) };
}

/** Reads the rest of a body. @returns the number of its bytes */
async function rest(reader: Reader): Promise<number> {
  let sum = 0;
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return sum;
    sum += value.length;
  }
}

describe('the result of a job', () => {
  it('is cut off if images are lost during the download, and the log has the cause', async () => {
    const { served, lines } = await serveLogged();
    const { id } = await sendFinished(served, { count: 6, rangeSize: 3 });
    await store.removeImages(id, [1]);
    for (const format of ['npy', 'zip']) {
      lines.length = 0;
      const answer = await served.get(`/v1/jobs/${id}/result?format=${format}`);
      expect(answer.status).toBe(200);
      await expect(answer.arrayBuffer()).rejects.toThrow('terminated');
      await expect.poll(() => lines).toContainEqual(endedEarly('range 1 are missing'));
      await expect
        .poll(() => lines)
        .toContainEqual(
          expect.objectContaining({ msg: 'answered', route: '/v1/jobs/:id/result', status: 200 }),
        );
    }
  });

  it('is cut off if the job is deleted during the download', async () => {
    const { served, lines } = await serveLogged();
    const { id } = await sendFinished(served, LONG);
    const { reader, read } = await begun(served, id);
    expect((await served.get(`/v1/jobs/${id}`, { method: 'DELETE' })).status).toBe(204);
    await expect(rest(reader)).rejects.toThrow('terminated');
    expect(read).toBeGreaterThan(0);
    await expect.poll(() => lines).toContainEqual(endedEarly('are missing'));
    expect((await served.get(`/v1/jobs/${id}/result`)).status).toBe(404);
  });

  it('is sent completely while the server stops and rejects new requests', async () => {
    const { served } = await serveLogged();
    const { id } = await sendFinished(served, LONG);
    const { reader, read, length } = await begun(served, id);
    let isStopped = false;
    const stopping = served.listening.stop(60_000).then(() => {
      isStopped = true;
    });
    for (const [path, method] of [
      ['/v1/jobs', 'POST'],
      [`/v1/jobs/${id}`, 'GET'],
      [`/v1/jobs/${id}/result`, 'GET'],
    ] as const) {
      const body = method === 'POST' ? JSON.stringify({ model: 'conv', seed: 7 }) : null;
      const headers = { 'Content-Type': 'application/json' };
      // The listener no longer accepts connections, so the app gets the request directly.
      const request = new Request(`http://localhost${path}`, { method, headers, body });
      const answer = await served.server.app.fetch(request);
      expect([answer.status, await answer.json()]).toMatchObject([503, { error: { code: 'SHUTTING_DOWN' } }]);
    }
    expect(isStopped).toBe(false);
    expect(read + (await rest(reader))).toBe(length);
    await stopping;
  });

  it('is cut off when the time limit for stopping has passed', async () => {
    const { served, lines } = await serveLogged();
    const { id } = await sendFinished(served, LONG);
    const { reader } = await begun(served, id);
    await served.listening.stop(100);
    await expect(rest(reader)).rejects.toThrow('terminated');
    await expect.poll(() => lines).toContainEqual(expect.objectContaining({ route: '/v1/jobs/:id/result' }));
  });

  it('has file names that contain the class names, in any language', async () => {
    const { served } = await serveLogged();
    const classes = { count: 3, names: ['Äpfel & Öl', '三'], nullClass: 2 };
    await scene.addModel('words', undefined, undefined, undefined, classes);
    const { id } = await sendFinished(served, { model: 'words', count: 4, class: [0, 1, 0, 1] });
    const zip = new Uint8Array(await (await served.get(`/v1/jobs/${id}/result`)).arrayBuffer());
    const files = unzipSync(zip);
    expect(Object.keys(files)).toEqual([
      '0000-seed-7-Äpfel-Öl.png',
      '0001-seed-7-三.png',
      '0002-seed-7-Äpfel-Öl.png',
      '0003-seed-7-三.png',
    ]);
    for (const [position, png] of Object.values(files).entries()) {
      const alone = await served.get(`/v1/jobs/${id}/images/${position}.png`);
      expect(Buffer.from(await alone.arrayBuffer()).equals(png)).toBe(true);
    }
  });
});

describe('a single image of a job', () => {
  it('is read without the other images of its range, and the request is read only once', async () => {
    const { served } = await serveLogged();
    const { id } = await sendFinished(served, { model: 'wide', count: 512, rangeSize: 512 });
    const ask = async (): Promise<number> =>
      (await served.get(`/v1/jobs/${id}/images/300.png`)).arrayBuffer().then(({ byteLength }) => byteLength);
    const sent = async (): Promise<number> =>
      Number(/total_net_output_bytes:(\d+)/.exec(await connection.redis.info('stats'))?.[1]);
    expect(await ask()).toBeGreaterThan(1000);
    const before = await sent();
    await ask();
    // An image of 64 × 64 float32 values takes 16 kB, and its range takes 8 MB. The replies to INFO take a few
    // kilobytes.
    expect((await sent()) - before).toBeLessThan(50_000);
  });
});
