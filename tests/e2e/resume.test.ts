import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const MAIN = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));

/** All uses of random numbers are on: order, mirroring, noise, timesteps, dropped labels, dropout. */
const RECIPE = [
  ...['--channels', '8,16', '--dropout', '0.1', '--label-dropout', '0.3', '--flip', '--limit', '30'],
  // 30 images in batches of 8, so that epochs end within a batch before and after the kill.
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

/** Runs the real command and kills it without warning when it has printed `killAt`. */
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
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    if (killAt !== undefined && output.includes(killAt)) child.kill('SIGKILL');
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return signal ?? code;
}

/** Reads `metrics.jsonl` without the values that depend on a clock. */
async function curve(name: string): Promise<readonly object[]> {
  const text = await readFile(join(root, name, 'metrics.jsonl'), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => ({ ...(JSON.parse(line) as object), time: undefined, images_per_second: undefined }));
}

it('a killed and resumed run equals an undisturbed run, bit for bit', {
  timeout: 180_000,
}, async () => {
  expect(await train('whole', RECIPE)).toBe(0);

  // The run is killed two steps after a checkpoint. Those steps are already in the metrics and must not occur
  // twice.
  expect(await train('killed', RECIPE, '"step":6,')).toBe('SIGKILL');
  expect(await readdir(join(root, 'killed', 'checkpoints'))).not.toContain('step-00000012.safetensors');
  // The flags of the recipe need not be repeated, because the run stores them.
  expect(await train('killed', ['--resume'])).toBe(0);

  const [whole, resumed] = await Promise.all(
    ['whole', 'killed'].map((name) => readFile(join(root, name, LAST))),
  );
  // One file holds theta, m, v, ema, the step, the configuration, the
  // smoothed loss and the position in the data.
  expect(resumed?.equals(whole as Buffer)).toBe(true);
  const losses = await curve('killed');
  expect(losses).toHaveLength(12);
  expect(losses).toEqual(await curve('whole'));
});
