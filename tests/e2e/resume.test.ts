import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const MAIN = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));

/** All that draws random numbers is on: order, mirroring, noise, timesteps, dropped labels, dropout. */
const RECIPE = [
  ...['--channels', '8,16', '--dropout', '0.1', '--label-dropout', '0.3', '--flip', '--limit', '30'],
  // 30 images in batches of 8: an epoch ends within a batch, before and after the kill.
  ...[
    '--batch-size',
    '8',
    '--steps',
    '12',
    '--checkpoint-every',
    '4',
    '--sample-every',
    '0',
    '--threads',
    '2',
  ],
];
const LAST = join('checkpoints', 'step-00000012.safetensors');

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'isonoise-resume-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** The real command; killed without warning as soon as it has told `killAt`. */
async function train(
  name: string,
  args: readonly string[],
  killAt?: string,
): Promise<NodeJS.Signals | number | null> {
  const words = ['train', '--runs', root, '--name', name, '--json', '--quiet', ...args];
  const child = spawn(
    process.execPath,
    ['--conditions=@isonoise/source', '--import', 'tsx', MAIN, ...words],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let told = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    told += text;
    if (killAt !== undefined && told.includes(killAt)) child.kill('SIGKILL');
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return signal ?? code;
}

/** `metrics.jsonl` without what a clock decides. */
async function curve(name: string): Promise<readonly object[]> {
  const text = await readFile(join(root, name, 'metrics.jsonl'), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => ({ ...(JSON.parse(line) as object), time: undefined, images_per_second: undefined }));
}

it('a run that was killed and resumed is, bit for bit, the run that was not', {
  timeout: 180_000,
}, async () => {
  expect(await train('whole', RECIPE)).toBe(0);

  // Killed two steps after a checkpoint: those steps are in the metrics and must not be there twice.
  expect(await train('killed', RECIPE, '"step":6,')).toBe('SIGKILL');
  expect(await readdir(join(root, 'killed', 'checkpoints'))).not.toContain('step-00000012.safetensors');
  // No flag of the recipe is given again: the run knows.
  expect(await train('killed', ['--resume'])).toBe(0);

  const [whole, resumed] = await Promise.all(
    ['whole', 'killed'].map((name) => readFile(join(root, name, LAST))),
  );
  // One file holds theta, m, v, ema, the step, the configuration, the smoothed loss and the place in the data.
  expect(resumed?.equals(whole as Buffer)).toBe(true);
  const losses = await curve('killed');
  expect(losses).toHaveLength(12);
  expect(losses).toEqual(await curve('whole'));
});
