import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeCheckpoint, parseTrainConfig, type TrainConfig } from '@isonoise/train';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isonoise } from '../../testdata/isonoise-command.ts';

const TINY = '--channels 8,16 --optimizer adamw --batch-size 4 --limit 64 --threads 1 --sample-every 0'.split(
  ' ',
);

let root = '';
const at = (...parts: string[]): string => join(root, ...parts);
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'isonoise-minutes-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const train = (...args: string[]) => isonoise(['train', '--runs', at('runs'), ...args]);
const configOf = async (run: string): Promise<TrainConfig> =>
  parseTrainConfig(JSON.parse(await readFile(at('runs', run, 'config.json'), 'utf8')));
async function weightsOf(run: string): Promise<Buffer> {
  const names = (await readdir(at('runs', run, 'checkpoints'))).sort();
  const { state } = decodeCheckpoint(await readFile(at('runs', run, 'checkpoints', names.at(-1) ?? '')));
  return Buffer.from(state.ema.slice().buffer);
}

describe.sequential('pnpm train --minutes', () => {
  it('plans the number of steps from the measured time of a step, and writes it to config.json', async () => {
    const ended = await train('--minutes', '0.03', '--name', 'timed', ...TINY);
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stderr).toMatch(/recipe +0\.03 min: about [\d,]+ steps? of 4 images/);
    const config = await configOf('timed');
    const { step } = JSON.parse(
      (await readFile(at('runs', 'timed', 'metrics.jsonl'), 'utf8')).trim().split('\n').at(-1) ?? '',
    ) as { step: number };
    expect(config).toMatchObject({ minutes: 0.03, steps: step });
    expect(ended.stderr).toMatch(new RegExp(`done: ${step.toLocaleString('en-US')} steps?`));
  });

  it('gives a run that can be repeated bit for bit with its config.json and its number of steps', async () => {
    const file = at('runs', 'timed', 'config.json');
    const { steps, stepPlans } = await configOf('timed');
    const ended = await train(
      '--config',
      file,
      '--steps',
      String(steps),
      '--name',
      'again',
      '--limit',
      '64',
      '--threads',
      '1',
    );
    expect(ended.code, ended.stderr).toBe(0);
    const again = await configOf('again');
    expect(again.minutes).toBeUndefined();
    expect(again.stepPlans).toEqual(stepPlans);
    expect((await weightsOf('again')).equals(await weightsOf('timed'))).toBe(true);
  });

  it('can be resumed with more minutes, or with a number of steps', async () => {
    const { steps } = await configOf('timed');
    const longer = await train('--name', 'timed', '--resume', '--minutes', '0.1');
    expect(longer.code, longer.stderr).toBe(0);
    const after = await configOf('timed');
    expect(after.minutes).toBe(0.1);
    expect(after.steps).toBeGreaterThan(steps);
    expect(after.stepPlans?.length).toBeGreaterThan(1);
    const fixed = await train('--name', 'timed', '--resume', '--steps', String(after.steps + 3));
    expect(fixed.code, fixed.stderr).toBe(0);
    expect(await configOf('timed')).toMatchObject({ steps: after.steps + 3 });
    expect((await configOf('timed')).minutes).toBeUndefined();
  });

  it('refuses steps and minutes together, and a time of 0', async () => {
    const both = await train('--minutes', '1', '--steps', '5');
    expect(both.stderr).toContain("option '--minutes <n>' cannot be used with option '--steps <n>'");
    const none = await train('--minutes', '0');
    expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining('Expected a number, from 0.01') });
  });
});
