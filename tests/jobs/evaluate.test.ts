import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connect, JobClient, JobStore } from '@isonoise/jobs';
import { encodePng } from '@isonoise/picture';
import { fillUniforms } from '@isonoise/random';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isonoise, MAIN, spawned } from '../../packages/cli/testdata/isonoise-command.ts';
import { TestRedis } from '../support/redis.ts';

const MODELS = path.resolve(import.meta.dirname, '../../models');
const SIDE = 28;
const redis = new TestRedis();
const workers: ChildProcess[] = [];
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'isonoise-evaluate-jobs-'));
  await mkdir(path.join(folder, 'images'));
  for (let image = 0; image < 30; image++) {
    const values = new Float32Array(SIDE * SIDE);
    fillUniforms(values, { seed: 9, image, step: 0, purpose: 'initialNoise' });
    const data = Uint8Array.from(values, (value) => 255 * value);
    await writeFile(
      path.join(folder, 'images', `${image}.png`),
      encodePng({ width: SIDE, height: SIDE, channels: 1, data }),
    );
  }
  await redis.start();
  const args = ['worker', '--redis', redis.url, '--models', MODELS, '--provider', 'cpu', '--threads', '1'];
  for (let i = 0; i < 2; i++)
    workers.push(
      spawn(process.execPath, ['--conditions=@isonoise/source', '--import', 'tsx', MAIN, ...args], {
        stdio: 'ignore',
      }),
    );
  const connection = await connect(redis.url);
  const client = new JobClient(connection);
  while ((await client.workers()).length < 2) await pause(50);
  await client.close();
  connection.close();
});
afterAll(async () => {
  for (const worker of workers) worker.kill('SIGKILL');
  await redis.remove();
  await rm(folder, { recursive: true, force: true });
});

/** Arguments of an evaluation of two combinations of settings. */
const evaluate = (out: string, count: number): readonly string[] => [
  ...['evaluate', path.join(MODELS, 'mnist'), '--count', String(count), '--steps', '2', '--guidance', '1,2'],
  ...['--dataset', path.join(folder, 'images'), '--features', path.join(MODELS, 'mnist-features/model.onnx')],
  ...['--cache', path.join(folder, 'cache'), '--out', path.join(folder, out)],
  ...['--provider', 'cpu', '--threads', '1'],
];
const byWorkers = (): readonly string[] => ['--distributed', '--redis', redis.url];

/** Reads the files of an evaluation, except pictures and plots. @returns their bytes in base64, by their paths */
async function filesOf(out: string): Promise<Readonly<Record<string, string>>> {
  const names = (await readdir(path.join(folder, out), { recursive: true })).filter((name) =>
    /\.(safetensors|json)$/.test(name),
  );
  const files = names.sort().map(async (name) => {
    const bytes = await readFile(path.join(folder, out, name));
    return [name, bytes.toString('base64')] as const;
  });
  return Object.fromEntries(await Promise.all(files));
}

it('evaluate --distributed has the results of an evaluation in one process, and draws only missing images', async () => {
  const plain = await isonoise(evaluate('plain', 250));
  expect(plain.code, plain.stderr).toBe(0);
  const jobs = await isonoise([...evaluate('jobs', 250), ...byWorkers()]);
  expect(jobs.code, jobs.stderr).toBe(0);
  const expected = await filesOf('plain');
  // Three chunks for each of two combinations, their measures, and the results.
  expect(Object.keys(expected)).toHaveLength(9);
  expect(await filesOf('jobs')).toEqual(expected);

  const [lost = ''] = Object.keys(expected).filter((name) => name.endsWith('0000100.safetensors'));
  const kept = path.join(folder, 'jobs', lost.replace('0000100', '0000200'));
  const { mtimeMs } = await stat(kept);
  await rm(path.join(folder, 'jobs', lost));
  const again = await isonoise([...evaluate('jobs', 250), ...byWorkers()]);
  expect(again.code, again.stderr).toBe(0);
  expect(await filesOf('jobs')).toEqual(expected);
  expect((await stat(kept)).mtimeMs).toBe(mtimeMs);
}, 300_000);

it('evaluate --distributed stops at a signal: the job is cancelled, and finished images are kept', async () => {
  const out = 'stopped';
  let pid = 0;
  const ended = spawned([...evaluate(out, 3000), ...byWorkers()], undefined, (started) => {
    pid = started;
  });
  const chunks = async (): Promise<number> =>
    (await readdir(path.join(folder, out), { recursive: true }).catch(() => [])).filter((name) =>
      name.endsWith('.safetensors'),
    ).length;
  await expect.poll(chunks, { timeout: 100_000 }).toBeGreaterThan(0);
  process.kill(pid, 'SIGINT');
  const { code, stderr } = await ended;
  expect(code, stderr).toBe(130);
  expect(stderr).toContain(`--distributed --redis ${redis.url}`);
  expect(await chunks()).toBeGreaterThan(0);
  const connection = await connect(redis.url);
  expect(await new JobStore(connection.redis).open()).toEqual([]);
  connection.close();
}, 150_000);

it('evaluate refuses options of jobs without --distributed', async () => {
  const { code, stderr } = await isonoise([...evaluate('refused', 250), '--same-bits']);
  expect(code).toBe(2);
  expect(stderr).toContain('--same-bits: has no effect without --distributed');
});
