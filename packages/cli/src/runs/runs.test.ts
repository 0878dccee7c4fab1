import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseTrainConfig } from '@isonoise/train';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isonoise } from '../../testdata/isonoise-command.ts';
import { ownIdentity } from '../process-identity.ts';
import type { RunSummary } from './list-runs.ts';

let root = '';
const at = (...parts: string[]): string => join(root, ...parts);
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'isonoise-runs-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const RECORD = {
  data: { dataset: './sprites' },
  engine: { engine: 'onnxruntime', provider: 'cpu', threads: null },
  images: 150,
  classNames: null,
  command: 'isonoise train',
  begun: '2026-11-29T15:00:00.000Z',
};

/** Writes a run of 100 steps that has reached `step`, with 8 images per step and 16 images per second. */
async function makeRun(name: string, step: number): Promise<void> {
  for (const folder of ['checkpoints', 'samples']) await mkdir(at(name, folder), { recursive: true });
  const config = parseTrainConfig({
    dataset: 'sprites',
    steps: 100,
    batchSize: 8,
    network: { sample_size: 8 },
  });
  await writeFile(at(name, 'config.json'), JSON.stringify(config));
  await writeFile(at(name, 'run.json'), JSON.stringify(RECORD));
  const lines = Array.from({ length: step }, (_, i) =>
    JSON.stringify({ step: i + 1, loss: 0.5, loss_smoothed: 0.25, images_per_second: 16, time: '' }),
  );
  await writeFile(at(name, 'metrics.jsonl'), `${lines.join('\n')}\n{"step": `);
  const digits = String(step).padStart(8, '0');
  await writeFile(at(name, 'checkpoints', `step-${digits}.safetensors`), 'x');
  await writeFile(at(name, 'samples', `step-${digits}.png`), 'x');
  await writeFile(at(name, 'samples', 'step-00000001.png'), 'x');
}

const list = async (): Promise<readonly RunSummary[]> =>
  (JSON.parse((await isonoise(['runs', '--runs', root, '--json'])).stdout) as { runs: RunSummary[] }).runs;

describe.sequential('isonoise runs', () => {
  it('reports that a folder contains no runs, even if the folder does not exist', async () => {
    const empty = await isonoise(['runs', '--runs', at('nowhere')]);
    expect(empty).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining('contains no runs') });
  });

  it('lists runs with state, steps, loss, time left and the last sheet', async () => {
    await makeRun('half', 50);
    await makeRun('whole', 100);
    await makeRun('busy', 20);
    await writeFile(at('busy', 'lock'), JSON.stringify({ ...(await ownIdentity()), host: hostname() }));
    await makeRun('dead', 30);
    // Process numbers on Linux are below 2^22, so this process does not exist.
    await writeFile(at('dead', 'lock'), JSON.stringify({ pid: 2 ** 30, started: null, host: hostname() }));
    await makeRun('torn', 10);
    await writeFile(at('torn', 'config.json'), '{');
    await mkdir(at('other'));
    await writeFile(at('other', 'notes.txt'), 'mine');

    const runs = await list();
    expect(runs.map(({ name, state }) => [name, state])).toEqual([
      ['busy', 'running'],
      ['dead', 'stopped'],
      ['half', 'stopped'],
      ['torn', 'broken'],
      ['whole', 'done'],
    ]);
    // 50 steps with 8 images remain, at 16 images per second.
    expect(runs[2]).toMatchObject({
      step: 50,
      steps: 100,
      loss: 0.25,
      secondsLeft: 25,
      sheet: at('half', 'samples', 'step-00000050.png'),
      dataset: './sprites',
    });
    expect(runs[0]?.by).toBe(`process ${process.pid} on ${hostname()}`);
    expect(runs[3]?.reason).toContain('config.json cannot be used');
    expect(runs[4]?.secondsLeft).toBe(0);

    const { stdout, code } = await isonoise(['runs', '--runs', root]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^run +state +step +loss +left +last samples\n/);
    expect(stdout).toMatch(/\nhalf +stopped +50\/100 +0\.2500 +25\.0 s +\S+step-00000050\.png\n/);
    expect(stdout).toMatch(/\ntorn +broken: run \S+: config\.json cannot be used/);
  });

  it('removes runs only after confirmation or with --yes, and never removes a running run', async () => {
    const remove = (...args: string[]) => isonoise(['runs', 'rm', '--runs', root, ...args]);
    const unconfirmed = await remove('half');
    expect(unconfirmed).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Add --yes to remove without confirmation'),
    });
    const busy = await remove('half', 'busy', '--yes');
    expect(busy.stderr).toContain('error RUN_LOCKED');
    const unknown = await remove('half', 'hafl', '--yes');
    expect(unknown.stderr).toContain('is not a run; expected one of busy, dead, half, torn, whole');
    const outside = await remove('../half', '--yes');
    expect(outside).toMatchObject({ code: 2, stderr: expect.stringContaining('is not a folder name') });
    const other = await remove('other', '--yes');
    expect(other.stderr).toContain('error RUN_NOT_FOUND');
    expect((await list()).length).toBe(5);

    await writeFile(at('dead', 'notes.txt'), 'mine');
    const removed = await remove('half', 'dead', 'torn', '--yes');
    expect(removed.code, removed.stderr).toBe(0);
    expect(removed.stdout).toContain(`removed ${at('half')}: 6 files`);
    expect(removed.stderr).toContain('contains files that training did not write; these files were kept');
    expect((await readdir(root)).sort()).toEqual(['busy', 'dead', 'other', 'whole']);
    expect(await readdir(at('dead'))).toEqual(['notes.txt']);
  });

  it('removes links in a run, but never their targets', async () => {
    await makeRun('linked', 7);
    await rename(at('linked', 'checkpoints'), at('elsewhere'));
    await symlink(at('elsewhere'), at('linked', 'checkpoints'));
    await rename(at('linked', 'metrics.jsonl'), at('metrics.jsonl'));
    await symlink(at('metrics.jsonl'), at('linked', 'metrics.jsonl'));
    const removed = await isonoise(['runs', 'rm', '--runs', root, 'linked', '--yes']);
    expect(removed.code, removed.stderr).toBe(0);
    // The files are config.json, run.json, the link metrics.jsonl and two sheets.
    expect(removed.stdout).toContain(`removed ${at('linked')}: 5 files`);
    expect(await readdir(root)).not.toContain('linked');
    expect(await readdir(at('elsewhere'))).toEqual(['step-00000007.safetensors']);
    expect(await readFile(at('metrics.jsonl'), 'utf8')).toContain('"step":7');
  });

  it('removes no run if one run cannot be locked', async () => {
    await makeRun('first', 1);
    await makeRun('second', 1);
    // The check cannot read this lock, because it is a folder. So only locking fails.
    await mkdir(at('second', 'lock'));
    const refused = await isonoise(['runs', 'rm', '--runs', root, 'first', 'second', '--yes']);
    expect(refused.code).not.toBe(0);
    expect((await readdir(at('first'))).sort()).toEqual([
      'checkpoints',
      'config.json',
      'metrics.jsonl',
      'run.json',
      'samples',
    ]);
  });
});
