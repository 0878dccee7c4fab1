import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodePng } from '@isonoise/picture';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isonoise } from '../../testdata/isonoise-command.ts';
import type { RunRecord } from './run-record.ts';

const SIDE = 8;
const TINY = '--batch-size 2 --steps 2 --sample-every 0 --threads 1'.split(' ');

let root = '';
const at = (...parts: string[]): string => join(root, ...parts);
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'isonoise-from-'));
  for (const [folder, classes] of [
    ['first', ['cat', 'dog']],
    ['second', ['dog', 'bird']],
  ] as const)
    for (const name of classes) {
      await mkdir(at(folder, name), { recursive: true });
      for (const level of [50, 200]) {
        const data = Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, i) =>
          i % 2 === 0 ? level : 255 - level,
        );
        await writeFile(
          at(folder, name, `${level}.png`),
          encodePng({ width: SIDE, height: SIDE, channels: 3, data }),
        );
      }
    }
});
afterAll(() => rm(root, { recursive: true, force: true }));

const train = (...args: string[]) => isonoise(['train', '--runs', at('runs'), ...args]);
const recordOf = async (run: string): Promise<RunRecord> =>
  JSON.parse(await readFile(at('runs', run, 'run.json'), 'utf8')) as RunRecord;

describe.sequential('pnpm train --from', () => {
  it('starts from the weights of a run on other images, and lists the parts that do not fit', async () => {
    const first = await train(
      '--dataset',
      at('first'),
      '--channels',
      '8,16',
      '--schedule',
      'linear',
      ...TINY,
    );
    expect(first.code, first.stderr).toBe(0);
    const path = at('runs', 'first');
    const second = await train('--from', path, '--dataset', at('second'), '--grayscale', ...TINY);
    expect(second.code, second.stderr).toBe(0);
    expect(second.stderr).toContain(
      `from     ${path} (first, step 2): weights not listed below are used unchanged`,
    );
    expect(second.stderr).toContain(
      'class_embedding: 1 of 2 classes are known to the model; new, drawn like any image at first: bird; left out: cat',
    );
    expect(second.stderr).toContain('conv_in, conv_out: colour to grey');
    const { from } = await recordOf('second');
    expect(from).toMatchObject({
      path,
      place: path,
      name: 'first, step 2',
      sha256: expect.stringMatching(/^.{64}$/),
    });
    const config: unknown = JSON.parse(await readFile(at('runs', 'second', 'config.json'), 'utf8'));
    expect(config).toMatchObject({
      from: { name: 'first, step 2', sha256: from?.sha256 },
      schedule: { kind: 'linear' },
      network: { block_out_channels: [8, 16], in_channels: 1 },
      // Half of 1.5e-3, the learning rate of the preset base.
      optimizer: { learningRate: 7.5e-4 },
    });
  });

  it('can be resumed without the first model, with the same bits as an uninterrupted run', async () => {
    const args = ['--from', at('runs', 'first'), '--dataset', at('second'), '--grayscale', ...TINY];
    const whole = await train(...args, '--steps', '4', '--checkpoint-every', '2', '--name', 'whole');
    expect(whole.code, whole.stderr).toBe(0);
    await rm(at('runs', 'first', 'config.json'));
    const last = at('runs', 'whole', 'checkpoints', 'step-00000004.safetensors');
    const expected = await readFile(last);
    await rm(last);
    const resumed = await train('--name', 'whole', '--resume');
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(resumed.stderr).toContain('resuming from step-00000002.safetensors');
    expect((await readFile(last)).equals(expected)).toBe(true);
    expect((await recordOf('whole')).from?.name).toBe('first, step 2');
  });

  it('records the first model, so that the card of an export contains its name', async () => {
    const exported = await isonoise([
      'export-onnx',
      at('runs', 'second'),
      '--out',
      at('models', 'm'),
      '--samples',
      '1',
    ]);
    expect(exported.code, exported.stderr).toBe(0);
    expect(await readFile(at('models', 'm', 'README.md'), 'utf8')).toContain('the weights of first, step 2');
  });

  it('starts from a model, and refuses paths without a suitable model', async () => {
    const from = ['--from', at('models', 'm'), '--dataset', at('first'), ...TINY];
    const tuned = await train(...from, '--name', 'tuned');
    expect(tuned.code, tuned.stderr).toBe(0);
    expect(tuned.stderr).toContain('conv_in, conv_out: grey to colour');
    // A resumed run without a checkpoint loads the model of --from again.
    const checkpoints = at('runs', 'tuned', 'checkpoints');
    const last = join(checkpoints, 'step-00000002.safetensors');
    const expected = await readFile(last);
    for (const name of await readdir(checkpoints)) await rm(join(checkpoints, name));
    const again = await train('--name', 'tuned', '--resume');
    expect(again.code, again.stderr).toBe(0);
    expect((await readFile(last)).equals(expected)).toBe(true);
    const misfit = await train(...from, '--name', 'misfit', '--channels', '32,64');
    expect(misfit.stderr).toMatch(
      /error TRAIN_BASE: base model m: \d\.\d % of the network's weights come from it/,
    );
    const missing = await train(
      '--from',
      at('nowhere'),
      '--dataset',
      at('first'),
      ...TINY,
      '--name',
      'misfit',
    );
    expect(missing.stderr).toContain('error RUN_NOT_FOUND');
    expect(await readdir(at('runs'))).not.toContain('misfit');
    const misfitRun = [...TINY, '--name', 'misfit'];
    const several = await train('--from', at('models'), '--dataset', at('first'), ...misfitRun);
    expect(several.stderr).toContain(
      `train --from ${at('models')}: is a folder of models (m); expected one model or run. Pass one of them: --from ${at('models', 'm')}`,
    );
    const other = await train('--from', at('first'), '--dataset', at('first'), ...misfitRun);
    expect(other.stderr).toContain(
      `RUN_NOT_FOUND: train --from ${at('first')}: contains no config.json; expected`,
    );
    const both = await train('--from', at('models', 'm'), '--resume', '--name', 'tuned');
    expect(both.stderr).toContain("option '--from <model>' cannot be used with option '--resume'");
    const repeated = await train(
      '--config',
      at('runs', 'tuned', 'config.json'),
      '--dataset',
      at('first'),
      '--name',
      'r',
    );
    expect(repeated.stderr).toContain(
      'error TRAIN_BASE: train: the run begins with no model; expected m, SHA-256',
    );
  });
});
