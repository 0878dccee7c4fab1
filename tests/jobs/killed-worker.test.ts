import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isonoise, MAIN } from '../../packages/cli/testdata/isonoise-command.ts';
import { TestRedis } from '../support/redis.ts';

const MODELS = path.resolve(import.meta.dirname, '../../models');
const REQUEST = ['--count', '64', '--steps', '4', '--seed', '7', '--provider', 'cpu'];
const redis = new TestRedis();
const workers: ChildProcess[] = [];
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'isonoise-jobs-'));
  await redis.start();
});
afterAll(async () => {
  for (const worker of workers) worker.kill('SIGKILL');
  await redis.remove();
  await rm(folder, { recursive: true, force: true });
});

/** Starts `pnpm worker` in a separate process. @param models folder of its models */
function startWorker(models: string): ChildProcess {
  const args = ['worker', '--redis', redis.url, '--models', models, '--provider', 'cpu', '--threads', '1'];
  const worker = spawn(
    process.execPath,
    [
      '--conditions=@isonoise/source',
      '--import',
      'tsx',
      MAIN,
      ...args,
      '--parallel',
      '1',
      '--lock-seconds',
      '2',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  workers.push(worker);
  return worker;
}

/** Waits until a condition holds. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await pause(20);
}

it('a job draws the same bytes although a worker is killed and Redis is restarted', async () => {
  const drawn = path.join(folder, 'drawn');
  // The second worker has no models and fetches the bundle.
  const [first] = [startWorker(MODELS), startWorker(folder)];
  const look = new Redis(redis.url, { maxRetriesPerRequest: null });
  look.on('error', () => {});
  // The job is sent when both workers wait for it. Otherwise the faster one might draw it alone.
  await until(async () => (await look.keys('isonoise:worker:*')).length === 2);
  const job = isonoise([
    'sample',
    path.join(MODELS, 'mnist'),
    ...REQUEST,
    ...['--distributed', '--redis', redis.url, '--range-size', '4'],
    ...['--out', `${drawn}.png`, '--npy', `${drawn}.npy`, '--json'],
  ]);
  try {
    const active = (): Promise<number> => look.llen('isonoise:ranges-v2:active');
    // Each worker draws one range at a time, so with two active ranges the killed worker has one of them.
    await until(async () => (await active()) === 2);
    first?.kill('SIGKILL');
    await once(first as ChildProcess, 'exit');
    expect(await active()).toBe(2);
    const [id = ''] = await look.zrange('isonoise:v2:open', 0, -1);
    await until(async () => (await look.hlen(`isonoise:v2:job:${id}:ranges`)) >= 4);
    await redis.kill();
    await redis.start();
    const { code, stderr } = await job;
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('the connection to Redis is lost; reconnecting');
    expect(await look.zcard('isonoise:v2:open')).toBe(0);
  } finally {
    look.disconnect();
  }
  const plain = path.join(folder, 'plain');
  const { code, stderr } = await isonoise([
    ...['sample', path.join(MODELS, 'mnist'), ...REQUEST],
    ...['--out', `${plain}.png`, '--npy', `${plain}.npy`],
  ]);
  expect(code, stderr).toBe(0);
  for (const kind of ['npy', 'png'])
    expect((await readFile(`${drawn}.${kind}`)).equals(await readFile(`${plain}.${kind}`))).toBe(true);
}, 300_000);
