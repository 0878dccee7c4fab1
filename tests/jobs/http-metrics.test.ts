import { PROTOCOL, type RunningWorker, startWorker } from '@isonoise/jobs';
import { beforeAll, describe, expect, it } from 'vitest';
import { WorkerList } from '../../packages/jobs/src/worker-list.ts';
import { fakeModels } from './fake-model.ts';
import { HttpJobsHarness } from './http-harness.ts';

const jobs = new HttpJobsHarness();
const KEY = 'a:key';
beforeAll(() => jobs.serve({ redis: jobs.redis.url, apiKey: KEY }));

const BEARER = { Authorization: `Bearer ${KEY}` };
const send = (body: object): Promise<string> => jobs.sent({ steps: 2, ...body }, BEARER);
/** Reads the metrics of jobs by their names with labels. */
async function metrics(): Promise<Readonly<Record<string, number>>> {
  const text = await (await jobs.served.get('/metrics', { headers: BEARER })).text();
  const lines = text.split('\n').filter((line) => line.startsWith('isonoise_jobs_'));
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice('isonoise_jobs_'.length, at), Number(line.slice(at + 1))];
    }),
  );
}

describe('the metrics of jobs', () => {
  it('count ranges, images, workers and memory', async () => {
    await send({ count: 8, rangeSize: 3 });
    expect(await metrics()).toMatchObject({
      store_up: 1,
      workers_connected: 0,
      open: 1,
      'queue_ranges{state="waiting"}': 3,
      'queue_ranges{state="active"}': 0,
      images_total: 0,
      store_limit_bytes: 256 * 2 ** 20,
    });
    const models = fakeModels({ kind: 'a', stepMs: 20 });
    const worker: RunningWorker = startWorker({
      connection: jobs.connection,
      models,
      name: 'w',
      concurrency: 1,
      lockMs: 5000,
    });
    await expect.poll(metrics, { interval: 200 }).toMatchObject({
      open: 0,
      'queue_ranges{state="waiting"}': 0,
      images_total: 8,
      ranges_total: 3,
      workers_connected: 1,
      'workers{kind="a"}': 1,
      'worker_images_total{worker="w"}': 8,
      'worker_ranges_total{worker="w"}': 3,
    });
    const { range_seconds_total: seconds = 0, store_bytes: bytes = 0, ...others } = await metrics();
    // Three ranges of two steps of 20 ms.
    expect(seconds).toBeGreaterThanOrEqual(3 * 2 * 0.02);
    expect(others['worker_range_seconds_total{worker="w"}']).toBeCloseTo(seconds, 2);
    expect(bytes).toBeGreaterThan(1e5);
    await worker.stop();
    await expect.poll(metrics, { interval: 200 }).not.toHaveProperty('workers{kind="a"}');
  });

  it('count a worker of two kinds once', async () => {
    const list = new WorkerList(jobs.connection.redis);
    const drawn = { images: 0, ranges: 0, milliseconds: 0 };
    await list.announce({ name: 'two', protocol: PROTOCOL, kinds: ['a', 'b'], ...drawn });
    await list.announce({ name: 'new', protocol: PROTOCOL, kinds: [], ...drawn });
    await expect
      .poll(metrics, { interval: 200 })
      .toMatchObject({ workers_connected: 2, 'workers{kind="a"}': 1, 'workers{kind="b"}': 1 });
    for (const name of ['two', 'new']) await list.leave(name);
  });

  it('contain only store_up while the store is unreachable', async () => {
    await jobs.redis.kill();
    await expect.poll(metrics, { interval: 200 }).toEqual({ store_up: 0 });
    await jobs.redis.start();
    await expect.poll(metrics, { interval: 200 }).toMatchObject({ store_up: 1, images_total: 8 });
  });
});

describe('the board of the queue', () => {
  const basic = (password: string): { headers: Record<string, string> } => ({
    headers: { Authorization: `Basic ${Buffer.from(`me:${password}`).toString('base64')}` },
  });

  it('asks a browser for the key', async () => {
    for (const each of [
      '/jobs/board',
      '/jobs/board/',
      '/jobs/board/api/queues',
      '/jobs/board/static/images/logo.svg',
    ])
      for (const init of [{}, basic('wrong'), { headers: { Authorization: 'Bearer wrong' } }]) {
        const answer = await jobs.served.get(each, init);
        expect([answer.status, answer.headers.get('WWW-Authenticate')]).toEqual([
          401,
          'Basic realm="isonoise", charset="UTF-8"',
        ]);
      }
    expect((await jobs.served.get('/jobs/board', basic(KEY))).status).toBe(200);
    expect((await jobs.served.get('/jobs/board', { headers: BEARER })).status).toBe(200);
  });

  it('is a page whose files come from this server', async () => {
    const answer = await jobs.served.get('/jobs/board', basic(KEY));
    expect(answer.headers.get('Content-Security-Policy')).toContain("base-uri 'self'");
    const page = await answer.text();
    expect(page).toContain('<base href="/jobs/board/"');
    expect(page).not.toMatch(/(href|src)="https?:/);
    const files = [...page.matchAll(/(?:href|src)="(static\/[^"]+)"/g)].map(([, file]) => file);
    expect(files.length).toBeGreaterThan(3);
    for (const file of files)
      expect((await jobs.served.get(`/jobs/board/${file}`, basic(KEY))).status).toBe(200);
  });

  it('is served at its path, and not at a path such as /jobs/boardx', async () => {
    const answer = await jobs.served.get('/jobs/boardx', { headers: BEARER });
    expect(answer.status).toBe(404);
    const { headers } = await jobs.served.get('/jobs/board', { headers: BEARER });
    expect(answer.headers.get('Content-Security-Policy')).not.toBe(headers.get('Content-Security-Policy'));
  });

  it('is unavailable while the store is unreachable', async () => {
    const queues = '/jobs/board/api/queues';
    expect((await jobs.served.get(queues, basic(KEY))).status).toBe(200);
    await jobs.redis.kill();
    const ask = async (): Promise<unknown> => {
      const answer = await jobs.served.get(queues, basic(KEY));
      return [answer.status, answer.headers.get('Retry-After'), await answer.json()];
    };
    await expect
      .poll(ask, { interval: 200 })
      .toEqual([503, '5', { error: expect.objectContaining({ code: 'JOBS_UNAVAILABLE' }) }]);
    await jobs.redis.start();
    await expect
      .poll(async () => (await jobs.served.get(queues, basic(KEY))).status, { interval: 200 })
      .toBe(200);
  });

  it('shows the queue but cannot change it', async () => {
    const id = await send({ count: 3, rangeSize: 1 });
    const answer = await jobs.served.get(
      '/jobs/board/api/queues?activeQueue=ranges-v2&status=prioritized',
      basic(KEY),
    );
    const { queues } = (await answer.json()) as {
      queues: { counts: Record<string, number>; jobs: object[] }[];
    };
    expect(queues[0]?.counts).toMatchObject({ prioritized: 3 });
    expect(JSON.stringify(queues[0]?.jobs)).toContain(`${id}-0`);
    for (const what of ['empty', 'pause', 'clean/prioritized'])
      expect(
        (await jobs.served.get(`/jobs/board/api/queues/ranges-v2/${what}`, { method: 'PUT', ...basic(KEY) }))
          .status,
      ).toBe(405);
    await expect.poll(metrics, { interval: 200 }).toMatchObject({ 'queue_ranges{state="waiting"}': 3 });
  });
});
