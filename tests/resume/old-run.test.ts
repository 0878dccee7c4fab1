// testdata/ was written by a version in which the field `network` of a
// training configuration was called `unet`.
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadModel } from '@isonoise/runtime-node';
import { type Checkpoint, decodeCheckpoint, parseMetrics } from '@isonoise/train';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isonoise } from '../../packages/cli/testdata/isonoise-command.ts';

const old = (...parts: string[]): string => join(import.meta.dirname, 'testdata', ...parts);
const checkpoint = (step: number): string => `step-0000000${step}.safetensors`;

let root = '';
const at = (...parts: string[]): string => join(root, ...parts);
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'isonoise-old-run-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const readCheckpoint = async (...parts: string[]): Promise<Checkpoint> =>
  decodeCheckpoint(await readFile(join(...parts)));

async function losses(path: string): Promise<readonly (readonly number[])[]> {
  return parseMetrics(await readFile(path, 'utf8')).map(({ step, loss, grad_norm }) => [
    step,
    loss,
    grad_norm,
  ]);
}

async function succeed(...command: string[]): Promise<void> {
  const { code, stderr } = await isonoise(command);
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
}

describe('a run of a version that wrote `unet`', () => {
  it('resumes with the same bits, and then has `network` in its config', async () => {
    await cp(old('run'), at('run'), { recursive: true });
    await succeed(
      ...['train', '--runs', root, '--name', 'run', '--resume'],
      ...['--steps', '6', '--dataset', old('bars')],
    );
    const resumed = await readCheckpoint(at('run', 'checkpoints', checkpoint(6)));
    expect(resumed).toEqual(await readCheckpoint(old('expected', checkpoint(6))));
    expect(resumed.config.network).toMatchObject({ block_out_channels: [4], num_class_embeds: 3 });
    // The sheet is drawn with the default sampler of the present version.
    expect(await readdir(at('run', 'samples'))).toContain('step-00000006.png');
    expect(await losses(at('run', 'metrics.jsonl'))).toEqual(await losses(old('expected', 'metrics.jsonl')));
    const config = JSON.parse(await readFile(at('run', 'config.json'), 'utf8')) as object;
    expect(config).toEqual(resumed.config);
  });

  it('exports the same weights, which draw the same images', async () => {
    await succeed('export-onnx', old('run'), '--out', at('model'), '--samples', '2', '--sample-steps', '3');
    for (const file of ['unet/diffusion_pytorch_model.safetensors', 'unet/config.json'])
      expect(await readFile(at('model', file)), file).toEqual(await readFile(old('model', file)));
    // The sheet of that version has the images that DDIM draws from seed 7.
    await succeed(
      ...['sample', at('model'), '--sampler', 'ddim', '--steps', '3', '--seed', '7', '--count', '2'],
      ...['--class', 'all', '--guidance', '2', '--no-metadata', '--out', at('ddim.png')],
    );
    expect(await readFile(at('ddim.png'))).toEqual(await readFile(old('model', 'samples.png')));
  });
});

it('a --config file with `unet` trains the same network', async () => {
  await succeed(
    ...[
      'train',
      '--dataset',
      old('bars'),
      '--grayscale',
      '--config',
      old('tiny.json'),
      '--preset',
      'quick',
      '--optimizer',
      'adam',
    ],
    ...['--steps', '4', '--sample-every', '0', '--checkpoint-every', '4', '--engine', 'tfjs:cpu'],
    ...['--runs', root, '--name', 'new'],
  );
  const { state } = await readCheckpoint(at('new', 'checkpoints', checkpoint(4)));
  expect(state).toEqual((await readCheckpoint(old('run', 'checkpoints', checkpoint(4)))).state);
});

it('a bundle of a version that wrote `unet` loads and draws its golden image', async () => {
  const model = await loadModel(old('model'), { provider: 'cpu', threads: 1 });
  try {
    expect((await model.verify()).ok).toBe(true);
  } finally {
    await model.dispose();
  }
});
