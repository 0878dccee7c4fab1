import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type JobInfo, type JobList, jobInfoSchema } from '@isonoise/api';
import { type Connection, connect, JobStore } from '@isonoise/jobs';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readZipDirectory } from '../../packages/bundle/src/zip/zip-directory.ts';
import { isonoise, MAIN } from '../../packages/cli/testdata/isonoise-command.ts';
import { TestRedis } from '../support/redis.ts';
import { Scene, type Served } from '../support/served.ts';

const redis = new TestRedis();
const scene = new Scene();
const workers: ChildProcess[] = [];
let served: Served;
let connection: Connection;
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'isonoise-http-jobs-'));
  await Promise.all([redis.start(), scene.build()]);
  served = await scene.serve({ redis: redis.url });
  connection = await connect(redis.url);
});
afterAll(async () => {
  for (const worker of workers) worker.kill('SIGKILL');
  connection.close();
  await scene.stopServers();
  await scene.remove();
  await redis.remove();
  await rm(folder, { recursive: true, force: true });
});

/**
 * Starts a worker in a separate process.
 *
 * @param known folder of its models; without it, the worker fetches the bundle from the server
 */
async function startWorker(known?: string): Promise<ChildProcess> {
  const models = known ?? (await mkdtemp(path.join(folder, 'models-')));
  const args = ['worker', '--redis', redis.url, '--models', models, '--provider', 'cpu', '--threads', '1'];
  const command = ['--conditions=@isonoise/source', '--import', 'tsx', MAIN, ...args];
  const worker = spawn(process.execPath, command, { stdio: ['ignore', 'ignore', 'inherit'] });
  workers.push(worker);
  return worker;
}
async function stop(worker: ChildProcess): Promise<void> {
  worker.kill('SIGTERM');
  await once(worker, 'exit');
}

const post = (body: unknown, to: Served): Promise<Response> =>
  to.get('/v1/jobs', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
async function send(body: object, to: Served = served): Promise<JobInfo> {
  const answer = await post({ model: 'conv', seed: 7, steps: 4, ...body }, to);
  expect(answer.status, await answer.clone().text()).toBe(202);
  return v.parse(jobInfoSchema, await answer.json());
}
async function remove(id: string): Promise<number> {
  return (await served.get(`/v1/jobs/${id}`, { method: 'DELETE' })).status;
}
async function untilDone(id: string): Promise<JobInfo> {
  for (;;) {
    const info = (await (await served.get(`/v1/jobs/${id}`)).json()) as JobInfo;
    if (info.state !== 'open') return info;
    await pause(50);
  }
}
async function bytesOf(answer: Promise<Response>): Promise<Buffer> {
  const { status } = await answer;
  const bytes = Buffer.from(await (await answer).arrayBuffer());
  expect(status, bytes.toString().slice(0, 500)).toBe(200);
  return bytes;
}
const bytes = (pathname: string): Promise<Buffer> => bytesOf(served.get(pathname));
async function refusal(answer: Promise<Response>): Promise<unknown> {
  const { status, headers } = await answer;
  const { error } = (await (await answer).json()) as { error: { code: string; message: string } };
  return { status, code: error.code, message: error.message, retry: headers.get('Retry-After') };
}

describe('a job over HTTP', () => {
  it('has the bytes of pnpm sample and of POST /v1/sample, drawn by a worker that fetches the bundle', async () => {
    const worker = await startWorker();
    const { id, images, state } = await send({ count: 20, class: 1, rangeSize: 3 });
    expect([images, state]).toEqual([20, 'open']);
    const done = await untilDone(id);
    expect(done).toMatchObject({
      state: 'done',
      reason: null,
      imagesDone: 20,
      secondsLeft: null,
      model: 'conv',
    });
    expect(done.imagesPerSecond).toBeGreaterThan(0);
    expect(done.kinds).toEqual([{ kind: expect.stringMatching(/^cpu/), ranges: [[0, 19]] }]);

    const model = path.join(scene.folder, 'models/conv');
    const request = ['--count', '20', '--class', '1', '--seed', '7', '--steps', '4', '--provider', 'cpu'];
    const [out, npy] = [`${path.join(folder, 'plain')}/`, path.join(folder, 'plain.npy')];
    const plain = await isonoise(['sample', model, ...request, '--out', out, '--npy', npy]);
    expect(plain.code, plain.stderr).toBe(0);

    expect((await bytes(`/v1/jobs/${id}/result?format=npy`)).equals(await readFile(npy))).toBe(true);
    const zip = await bytes(`/v1/jobs/${id}/result`);
    const files = await readZipDirectory({
      size: zip.length,
      description: 'result',
      read: async (start, end) => zip.subarray(start, end),
    });
    const names = (await readdir(out)).sort();
    expect([...files.keys()]).toEqual(names);
    for (const [position, name] of names.entries()) {
      const { start = 0, bytes: length = 0 } = files.get(name) ?? {};
      const from = start + 30 + Buffer.byteLength(name);
      const png = await readFile(path.join(out, name));
      expect(zip.subarray(from, from + length).equals(png)).toBe(true);
      expect((await bytes(`/v1/jobs/${id}/images/${position}.png`)).equals(png)).toBe(true);
    }
    const one = await bytesOf(served.sample({ model: 'conv', seed: 7, steps: 4, class: 1, images: [5] }));
    expect(one.equals(await bytes(`/v1/jobs/${id}/images/5.png`))).toBe(true);

    const { jobs } = (await (await served.get('/v1/jobs')).json()) as JobList;
    expect(jobs).toEqual([done]);
    expect(await remove(id)).toBe(204);
    expect(await refusal(served.get(`/v1/jobs/${id}`))).toMatchObject({ status: 404, code: 'JOB_NOT_FOUND' });
    await stop(worker);
  }, 120_000);

  it('has events with ids, and continues after the last one that the client has', async () => {
    const { id } = await send({ count: 12, rangeSize: 3 });
    const first = await served.get(`/v1/jobs/${id}/events`);
    expect(first.headers.get('Content-Type')).toBe('text/event-stream; charset=utf-8');
    const reader = (first.body as ReadableStream<Uint8Array>).getReader();
    const next = async (): Promise<string> => new TextDecoder().decode((await reader.read()).value);
    expect(await next()).toBe('retry: 2000\n\n');
    const begin = await next();
    expect(begin).toMatch(/^id: 0\nevent: progress\ndata: \{.*"imagesDone":0.*\}\n\n$/);
    await reader.cancel();
    const again = served.get(`/v1/jobs/${id}/events`, { headers: { 'Last-Event-ID': '0' } });
    const worker = await startWorker();
    const text = await (await again).text();
    const ids = [...text.matchAll(/^id: (.*)$/gm)].map(([, each]) => each);
    expect(ids).not.toContain('0');
    expect(ids.at(-1)).toBe('12-done');
    const last = /event: end\ndata: (.*)\n\n$/.exec(text)?.[1] ?? '';
    expect(v.parse(jobInfoSchema, JSON.parse(last))).toMatchObject({ state: 'done', imagesDone: 12 });
    const ended = await served.get(`/v1/jobs/${id}/events`, { headers: { 'Last-Event-ID': '12-done' } });
    expect(ended.status).toBe(204);
    await stop(worker);
    await remove(id);
  }, 120_000);

  it('ends its events when the server shuts down', async () => {
    const other = await scene.serve({ redis: redis.url });
    const { id } = await send({ count: 4 });
    const events = await other.get(`/v1/jobs/${id}/events`);
    const reader = (events.body as ReadableStream<Uint8Array>).getReader();
    expect(new TextDecoder().decode((await reader.read()).value)).toBe('retry: 2000\n\n');
    expect(new TextDecoder().decode((await reader.read()).value)).toMatch(/^id: 0\nevent: progress\n/);
    const [next] = await Promise.all([reader.read(), other.listening.stop(0)]);
    expect(next.done).toBe(true);
    await served.get(`/v1/jobs/${id}`, { method: 'DELETE' });
    await remove(id);
  });

  it('continues without the server, and its result is available when a server runs again', async () => {
    const first = await scene.serve({ redis: redis.url });
    const { id } = await send({ count: 4, class: 2 }, first);
    await first.listening.stop(0);
    const worker = await startWorker(path.join(scene.folder, 'models'));
    await untilDone(id);
    await stop(worker);
    const again = await scene.serve({ redis: redis.url });
    const npy = await bytesOf(again.get(`/v1/jobs/${id}/result?format=npy`));
    // 128 bytes of header, and images of [1, 6, 5].
    expect(npy).toHaveLength(128 + 4 * 4 * 30);
    await again.listening.stop(0);
    await remove(id);
  }, 120_000);

  it('contains the origin from which workers download its bundle', async () => {
    const store = new JobStore(connection.redis);
    const sourceOf = async (from: Served): Promise<string | undefined> =>
      (await store.record((await send({ count: 1 }, from)).id)).sources.bundle;
    const { port } = served.listening;
    expect(await sourceOf(served)).toBe(`http://127.0.0.1:${port}/models/conv/`);
    const bundleOrigin = 'https://draw.example.org';
    const behind = await scene.serve({ redis: redis.url, bundleOrigin });
    expect(await sourceOf(behind)).toBe('https://draw.example.org/models/conv/');
    const { jobs } = (await (await served.get('/v1/jobs')).json()) as JobList;
    for (const { id } of jobs) await served.get(`/v1/jobs/${id}`, { method: 'DELETE' });
    for (const { id } of jobs) expect(await remove(id)).toBe(204);
  });

  it('is accepted if the connection is lost after it was sent, so that its client does not send it again', async () => {
    const lost = vi
      .spyOn(JobStore.prototype, 'progress')
      .mockRejectedValue(new Error('Connection is closed.'));
    try {
      const { id, state, images } = await send({ count: 2 });
      expect([state, images]).toEqual(['open', 2]);
      lost.mockRestore();
      expect(await remove(id)).toBe(200);
    } finally {
      lost.mockRestore();
    }
  });

  it('is cancelled by DELETE, and has no result', async () => {
    const { id } = await send({ count: 4 });
    const answer = await served.get(`/v1/jobs/${id}`, { method: 'DELETE' });
    expect([answer.status, await answer.json()]).toMatchObject([
      200,
      { state: 'cancelled', reason: expect.stringMatching(/^by http 127/) },
    ]);
    for (const what of ['result', 'images/0.png'])
      expect(await refusal(served.get(`/v1/jobs/${id}/${what}`))).toMatchObject({
        status: 409,
        code: 'JOB_CANCELLED',
      });
    expect(await remove(id)).toBe(204);
  });

  it('that changes a picture has the images of POST /v1/sample', async () => {
    const worker = await startWorker();
    const x = Buffer.from(Float32Array.from({ length: 30 }, (_, i) => Math.sin(i)).buffer).toString('base64');
    const request = { edit: { x, strength: 0.5 }, count: 3, class: 0 };
    const { id } = await send(request);
    await untilDone(id);
    const one = await bytesOf(
      served.sample({
        model: 'conv',
        seed: 7,
        steps: 4,
        ...request,
        images: [2],
        count: undefined,
      }),
    );
    expect((await bytes(`/v1/jobs/${id}/images/2.png`)).equals(one)).toBe(true);
    await stop(worker);
    await remove(id);
  }, 120_000);
});
