import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { openJobSession } from '../../packages/cli/src/jobs/job-session.ts';
import { createTerminal } from '../../packages/cli/src/terminal/terminal.ts';
import { isonoise, spawned } from '../../packages/cli/testdata/isonoise-command.ts';
import { CuttableProxy } from '../support/cuttable-proxy.ts';
import { fakeModels, fakeStart } from './fake-model.ts';
import { JobsHarness } from './harness.ts';

const MNIST = path.resolve(import.meta.dirname, '../../models/mnist');
const jobs = new JobsHarness();
const redisFlags = (): string[] => ['--redis', jobs.redis.url];

describe('jobs list and jobs cancel', () => {
  it('show and remove open, uncollected and damaged jobs', async () => {
    const open = await jobs.send(90);
    const done = await jobs.send(3, { priority: 1 });
    jobs.work(fakeModels({ stepMs: 20 }));
    await expect.poll(async () => (await jobs.client.progress(done.id)).state).toBe('done');
    await jobs.stopWorkers();
    const damaged = await jobs.send(3);
    await jobs.connection.redis.hset(`isonoise:v2:job:${damaged.id}`, 'record', '{');
    const { stdout } = await isonoise(['jobs', 'list', ...redisFlags(), '--json']);
    const listed = JSON.parse(stdout);
    expect(listed.jobs.map(({ id, state }: { id: string; state: string }) => [id, state])).toContainEqual([
      done.id,
      'done',
    ]);
    expect(listed.unreadable).toEqual([
      { id: damaged.id, code: 'JOBS_RECORD', message: expect.stringContaining('the record is not JSON') },
    ]);
    const text = await isonoise(['jobs', 'list', ...redisFlags()]);
    expect(text.stdout).toMatch(new RegExp(`${done.id} +fake: 3 of 3 images, from me; not collected`));
    expect(text.stdout).toContain(`Remove it: pnpm jobs cancel ${damaged.id}`);
    const { code, stdout: answer } = await isonoise([
      ...['jobs', 'cancel', open.id, done.id, damaged.id],
      ...redisFlags(),
    ]);
    expect(code).toBe(0);
    expect(answer).toMatch(new RegExp(`${open.id} +cancelled\\n`));
    expect((await jobs.client.progress(open.id)).state).toBe('cancelled');
    expect(answer).toMatch(new RegExp(`${done.id} +had ended before; removed with its images`));
    expect(answer).toMatch(new RegExp(`${damaged.id} +could not be read; removed`));
    const ids = await jobs.store.all();
    expect([ids.includes(done.id), ids.includes(damaged.id)]).toEqual([false, false]);
    expect(await jobs.store.open()).toEqual([]);
  });

  it('refuse an unknown id before any job is cancelled', async () => {
    const record = await jobs.send(3);
    const { code, stderr } = await isonoise(['jobs', 'cancel', record.id, '0'.repeat(16), ...redisFlags()]);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(
        /JOB_NOT_FOUND.*job 0{16} does not exist; .* No job was cancelled\. pnpm jobs list shows the ids\./s,
      ),
    ]);
    expect((await jobs.client.progress(record.id)).state).toBe('open');
  });
});

it('a user of Redis without permission for the jobs gets a clear error', async () => {
  await jobs.connection.redis.acl('SETUSER', 'reader', 'on', '>word', '~other:*', '+@all');
  const { code, stderr } = await isonoise([
    ...['jobs', 'list', '--redis', jobs.redis.url.replace('//', '//reader:word@')],
  ]);
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(
      /JOBS_ACCESS.*reading jobs: the server answered "NOPERM .*keys that begin with isonoise:/s,
    ),
  ]);
});

it('jobs start --client-limit sets the limit of a running server; without the option, it is kept', async () => {
  const start = (...flags: string[]) => isonoise(['jobs', 'start', ...redisFlags(), ...flags]);
  const limit = () => jobs.connection.redis.hget('isonoise:v2:settings', 'clientLimit');
  expect(await limit()).toBeNull();
  expect((await start('--client-limit', '3')).code).toBe(0);
  expect(await limit()).toBe('3');
  expect((await start()).code).toBe(0);
  expect(await limit()).toBe('3');
});

it('a job is cancelled if its command fails while the command receives the images', async () => {
  const quiet = { write: () => {} };
  const terminal = createTerminal({ stdout: quiet, stderr: quiet, env: {}, quiet: true });
  const session = await openJobSession(MNIST, { redis: jobs.redis.url }, terminal);
  // Each range takes six steps, so the job still runs when its first range is done.
  jobs.work(fakeModels({ stepMs: 100 }));
  let id = '';
  const drawing = session.draw(fakeStart(9), {
    signal: new AbortController().signal,
    rangeSize: 3,
    onRange(_, record) {
      id = record.id;
      throw new Error('the disk is full');
    },
  });
  await expect(drawing).rejects.toThrow('the disk is full');
  await session.close();
  const { state, reason } = await jobs.client.progress(id);
  expect([state, reason]).toEqual(['cancelled', 'its client ended with an error']);
  expect(await jobs.store.open()).toEqual([]);
});

it('a command reports the protocol version of the workers if no worker has the version of the command', async () => {
  const old = { name: 'old-1', protocol: 1, kinds: [], images: 0, ranges: 0, milliseconds: 0 };
  await jobs.connection.redis.set('isonoise:worker:old-1', JSON.stringify(old), 'EX', 60);
  const lines: string[] = [];
  const stderr = { write: (line: string) => void lines.push(line) };
  const terminal = createTerminal({ stdout: { write: () => {} }, stderr, env: {}, quiet: true });
  const session = await openJobSession(MNIST, { redis: jobs.redis.url }, terminal);
  const stop = new AbortController();
  const drawing = session.draw(fakeStart(3), { signal: stop.signal, onRange: () => {} });
  const ended = expect(drawing).rejects.toThrow('enough');
  await expect
    .poll(() => lines.join(''))
    .toContain(
      'connected: 1 worker of protocol 1; expected protocol 2. Use the same version of isonoise on all machines.',
    );
  stop.abort(new Error('enough'));
  await ended;
  await session.close();
});

it('a worker warns about the models of diffusers in its folder', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'isonoise-worker-'));
  try {
    await mkdir(path.join(folder, 'cat'));
    await writeFile(path.join(folder, 'cat', 'model_index.json'), '{}');
    let pid = 0;
    const args = ['worker', '--models', folder, '--provider', 'cpu', ...redisFlags()];
    const ended = spawned(args, undefined, (started) => {
      pid = started;
    });
    await expect.poll(() => jobs.client.workers()).toHaveLength(1);
    process.kill(pid, 'SIGINT');
    expect((await ended).stderr).toContain(`${path.join(folder, 'cat')} is a model of diffusers`);
  } finally {
    await rm(folder, { recursive: true });
  }
}, 120_000);

describe('Ctrl-C while Redis is unreachable', () => {
  it.each([
    [
      'sample',
      ['sample', MNIST, '--count', '8', '--distributed'],
      /the job was cancelled; nothing was written/,
    ],
    [
      'worker',
      ['worker', '--models', MNIST, '--provider', 'cpu'],
      /stopped without Redis; other workers continue/,
    ],
  ])(
    'ends pnpm %s',
    async (_, args, expected) => {
      const proxy = new CuttableProxy(jobs.redis.port);
      await proxy.open();
      try {
        let pid = 0;
        const ended = spawned(
          [...args, '--redis', `redis://127.0.0.1:${proxy.port}`],
          undefined,
          (started) => {
            pid = started;
          },
        );
        if (args[0] === 'sample') await expect.poll(() => jobs.store.open()).toHaveLength(1);
        else await expect.poll(() => jobs.client.workers()).toHaveLength(1);
        await proxy.cut();
        await pause(1000);
        process.kill(pid, 'SIGINT');
        // A lost connection is retried for five minutes, which is longer than the limit of this test.
        const { code, stderr } = await ended;
        expect(stderr).toContain('the connection to Redis is lost; reconnecting');
        expect(stderr.match(/the connection to Redis is lost/g)).toHaveLength(1);
        expect([code, stderr]).toEqual([130, expect.stringMatching(expected)]);
      } finally {
        await proxy.cut();
      }
    },
    180_000,
  );
});

describe('pnpm sample', () => {
  // Reports each module of BullMQ and ioredis that is loaded.
  const HOOK = `export async function resolve(specifier, context, next) {
    const found = await next(specifier, context);
    if (/node_modules.(bullmq|ioredis)/.test(found.url)) process._rawDebug('loads ' + found.url);
    return found;
  }`;
  const hook = `data:text/javascript,${encodeURIComponent(HOOK)}`;
  const register = `import{register}from"node:module";register(${JSON.stringify(hook)})`;
  const preload = `data:text/javascript,${encodeURIComponent(register)}`;

  it.each([
    ['does not load BullMQ without --distributed', [], false],
    ['loads BullMQ with --distributed', ['--distributed', '--redis', 'redis://127.0.0.1:1'], true],
  ])(
    '%s',
    async (_, flags, loads) => {
      const out = path.join(jobs.redis.folder, 'plain.png');
      const args = [
        'sample',
        MNIST,
        '--count',
        '1',
        '--steps',
        '1',
        '--provider',
        'cpu',
        '--out',
        out,
        ...flags,
      ];
      const { code, stderr } = await spawned(args, undefined, undefined, ['--import', preload]);
      expect([code, stderr.includes('loads file:')]).toEqual([loads ? 1 : 0, loads]);
    },
    120_000,
  );
});
