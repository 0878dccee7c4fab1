import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseTrainConfig } from '@isonoise/train';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isonoise } from '../../testdata/isonoise-command.ts';
import { claimRunDirectory } from '../run-directory.ts';
import { writing } from '../write-error.ts';
import { namingCheckpoint } from './run-write-error.ts';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'isonoise-full-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const train = (...args: readonly string[]): ReturnType<typeof isonoise> =>
  isonoise([
    ...[
      'train',
      '--runs',
      root,
      '--name',
      'full',
      '--quiet',
      '--channels',
      '8,8',
      '--batch-size',
      '4',
      '--limit',
      '8',
    ],
    ...['--optimizer', 'adamw', '--threads', '1', '--checkpoint-every', '2', '--sample-every', '0', ...args],
  ]);
const path = (...parts: string[]): string => join(root, 'full', ...parts);

/** A write to /dev/full fails like a write to a full disk. */
describe.skipIf(process.platform !== 'linux')('a run on a full disk', () => {
  it('reports the file and the last good checkpoint, and can be resumed after space is freed', async () => {
    expect((await train('--steps', '2')).code).toBe(0);
    const checkpoint = 'step-00000002.safetensors';
    await rm(path('loss.svg'));
    await symlink('/dev/full', path('loss.svg'));
    const full = await train('--resume', '--steps', '6');
    expect(full.code).toBe(1);
    // At step 4, the checkpoint is written before the plot.
    expect(full.stderr).toContain(
      `error RUN_WRITE: train: ${path('loss.svg')} could not be written: no space is left on the disk (ENOSPC). ` +
        'The last good checkpoint is step-00000004.safetensors; later steps are repeated. ' +
        `Correct this, then: pnpm train --name full --runs ${root} --resume`,
    );
    expect(await readdir(path('checkpoints'))).toEqual([checkpoint, 'step-00000004.safetensors']);
    expect(await readdir(path())).not.toContain('lock');
    await rm(path('loss.svg'));
    expect((await train('--resume', '--steps', '6')).code).toBe(0);
  });

  it('recommends that the user repeat the command if the run has not begun', async () => {
    await mkdir(path());
    await symlink('/dev/full', path('data.png'));
    const full = await train('--steps', '1');
    expect(full.stderr).toMatch(/RUN_WRITE: train: .*data\.png could not be written: .*ENOSPC/);
    expect(full.stderr).toContain('The run cannot be resumed. Correct this, then repeat the command.');
    await rm(path('data.png'));
    expect((await train('--steps', '1')).code).toBe(0);
  });
});

it('namingCheckpoint recommends resuming a run without a checkpoint, and repeating the command for a removed run', async () => {
  const claimed = await claimRunDirectory(path());
  const run = await claimed.begin();
  await run.writeConfig(parseTrainConfig({ dataset: 'x', network: {} }));
  const failed = (): Promise<unknown> =>
    namingCheckpoint(run, 'pnpm train --resume', () =>
      writing('metrics.jsonl', () => writeFile(path('none', 'metrics.jsonl'), '')),
    );
  await expect(failed()).rejects.toThrow(
    'train: metrics.jsonl could not be written: its folder does not exist (ENOENT). No checkpoint was saved yet, so the ' +
      'run restarts at its first step. Correct this, then: pnpm train --resume',
  );
  await rm(path(), { recursive: true });
  await expect(failed()).rejects.toMatchObject({
    code: 'RUN_WRITE',
    message: expect.stringContaining('The run cannot be resumed. Correct this, then repeat the command.'),
  });
  await claimed.close();
});
