import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMetricsSink, parseTrainConfig } from '@isonoise/train';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { claimRunDirectory, type RunDirectory, readRunDirectory } from './run-directory.ts';

const config = parseTrainConfig({ dataset: 'mnist', network: { sample_size: 28 } });
let root = '';
let path = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'isonoise-run-'));
  path = join(root, 'mnist');
});
afterEach(() => rm(root, { recursive: true, force: true }));

const openRunDirectory = async (folder: string): Promise<RunDirectory> =>
  (await claimRunDirectory(folder)).begin();

describe('a run directory', () => {
  it('stores its files, and can be read while it is open for writing', async () => {
    const run = await openRunDirectory(path);
    await run.writeConfig(config);
    await run.store.put('step-00000001.safetensors', Uint8Array.of(1, 2));
    await run.store.put('step-00000001.safetensors', Uint8Array.of(3));
    await run.store.put('step-00000002.safetensors', Uint8Array.of(4));
    await run.store.remove('step-00000002.safetensors');
    expect(await run.writeSamples(20, Uint8Array.of(9))).toBe(join(path, 'samples', 'step-00000020.png'));
    await run.writeLossPlot('<svg/>');
    await (await run.openEvents(1_900_000_000_123)).append(Uint8Array.of(1));

    const read = await readRunDirectory(path);
    expect(await read.readConfig()).toEqual(config);
    expect(await read.store.list()).toEqual(['step-00000001.safetensors']);
    expect([...(await read.store.get('step-00000001.safetensors'))]).toEqual([3]);
    expect((await readdir(path)).sort()).toEqual([
      'checkpoints',
      'config.json',
      'events.out.tfevents.1900000000123.isonoise',
      'lock',
      'loss.svg',
      'samples',
    ]);
    await run.close();
    expect(await readdir(path)).not.toContain('lock');
  });

  it('gives the event files of later sessions names that sort last, even if the clock was set back', async () => {
    const run = await openRunDirectory(path);
    for (const [session, now] of [2_000, 1_000.5, 2_001, 9_000].entries())
      await (await run.openEvents(now)).append(Uint8Array.of(session));
    const files = (await readdir(path)).filter((name) => name.startsWith('events')).sort();
    expect(files).toEqual([
      'events.out.tfevents.0000000002000.isonoise',
      'events.out.tfevents.0000000002001.isonoise',
      'events.out.tfevents.0000000002002.isonoise',
      'events.out.tfevents.0000000009000.isonoise',
    ]);
    const bytes = await Promise.all(files.map(async (name) => [...(await readFile(join(path, name)))]));
    expect(bytes).toEqual([[0], [1], [2], [3]]);
    await run.close();
  });

  it('truncates its metrics after the step of the checkpoint when the run is resumed', async () => {
    const run = await openRunDirectory(path);
    const sink = createMetricsSink(run.metrics);
    await sink.write({ type: 'begin', time: 0, step: 0, steps: 9, resumedFrom: null, damaged: [] });
    await writeFile(join(path, 'metrics.jsonl'), '{"step":1}\n{"step":2}\n{"step":3');
    await sink.write({ type: 'begin', time: 0, step: 1, steps: 9, resumedFrom: 'x', damaged: [] });
    await run.metrics.append('{"step":2}\n');
    expect(await readFile(join(path, 'metrics.jsonl'), 'utf8')).toBe('{"step":1}\n{"step":2}\n');
    await run.close();
  });

  it('removes temporary files that a crash left, and does not list them as checkpoints', async () => {
    const run = await openRunDirectory(path);
    await writeFile(join(path, 'checkpoints', '.step-00000007.safetensors.123.tmp'), 'half');
    expect(await run.store.list()).toEqual([]);
    await run.close();
    await (await openRunDirectory(path)).close();
    expect(await readdir(join(path, 'checkpoints'))).toEqual([]);
  });

  it('stays unchanged if it is claimed and no run begins, and is removed if it was new', async () => {
    const claimed = await claimRunDirectory(join(root, 'a', 'b', 'run'));
    expect(await readdir(join(root, 'a', 'b', 'run'))).toEqual(['lock']);
    await claimed.close();
    expect(await readdir(root)).toEqual([]);

    await (await openRunDirectory(path)).close();
    const left = join(path, 'checkpoints', '.step-00000007.safetensors.123.tmp');
    await writeFile(left, 'half');
    await (await claimRunDirectory(path)).close();
    expect(await readFile(left, 'utf8')).toBe('half');
  });

  it('cannot be claimed by a second writer until the first writer has closed it', async () => {
    const run = await openRunDirectory(path);
    await expect(claimRunDirectory(path)).rejects.toMatchObject({
      code: 'RUN_LOCKED',
      message: expect.stringContaining(`process ${process.pid} on ${hostname()}`),
    });
    await run.close();
    await (await openRunDirectory(path)).close();
  });

  it('can be claimed after its writer was killed', async () => {
    await (await openRunDirectory(path)).close();
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000); console.log("up")'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await once(child.stdout, 'data');
    const lock = JSON.stringify({ pid: child.pid, host: hostname(), started: null });
    await writeFile(join(path, 'lock'), lock);
    await expect(claimRunDirectory(path)).rejects.toMatchObject({ code: 'RUN_LOCKED' });
    child.kill('SIGKILL');
    await once(child, 'exit');
    await (await openRunDirectory(path)).close();
  });

  it('can be claimed if a different process has reused the pid, or if the lock is incomplete', async () => {
    await (await openRunDirectory(path)).close();
    if (process.platform === 'linux') {
      await writeFile(
        join(path, 'lock'),
        JSON.stringify({ pid: process.pid, host: hostname(), started: '1' }),
      );
      await (await openRunDirectory(path)).close();
    }
    await writeFile(join(path, 'lock'), '{"pid":');
    await (await openRunDirectory(path)).close();
  });

  it('remains locked by a process on a different machine, because such a process cannot be checked', async () => {
    await (await openRunDirectory(path)).close();
    await writeFile(join(path, 'lock'), JSON.stringify({ pid: 1, host: 'elsewhere.invalid', started: null }));
    await expect(claimRunDirectory(path)).rejects.toThrow(`remove ${join(path, 'lock')}`);
  });

  it('refuses names of files outside the folder, and cannot be read without a valid config.json', async () => {
    const run = await openRunDirectory(path);
    await expect(async () => run.store.get('../config.json')).rejects.toMatchObject({ code: 'RUN_FILE' });
    await expect(readRunDirectory(path)).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
    await writeFile(join(path, 'config.json'), '{');
    await expect((await readRunDirectory(path)).readConfig()).rejects.toMatchObject({ code: 'RUN_FILE' });
    await run.close();
  });

  it('is reported as missing, with the names of up to five other runs in the same folder', async () => {
    const folder = join(root, 'runs');
    const missing = join(folder, 'sprits');
    for (const name of ['notes', 'empty']) await mkdir(join(folder, name), { recursive: true });
    const named = async (...names: readonly string[]): Promise<void> => {
      for (const name of names) {
        await mkdir(join(folder, name));
        await writeFile(join(folder, name, 'config.json'), '{}');
      }
    };
    await expect(readRunDirectory(missing)).rejects.toMatchObject({
      code: 'RUN_NOT_FOUND',
      message: `run ${missing} does not exist; expected a run folder that \`train\` created (runs/<name>).`,
    });
    await named('sprites', 'mnist');
    await expect(readRunDirectory(missing)).rejects.toMatchObject({
      message: `run ${missing} does not exist; expected one of the runs in ${folder}: mnist, sprites.`,
    });
    await named('a', 'b', 'c', 'd');
    await expect(readRunDirectory(missing)).rejects.toMatchObject({
      message: `run ${missing} does not exist; expected one of the runs in ${folder}: a, b, c, d, mnist and 1 more.`,
    });
    await expect(readRunDirectory(join(folder, 'notes'))).rejects.toMatchObject({
      message: expect.stringContaining('notes: contains no config.json'),
    });
  });
});
