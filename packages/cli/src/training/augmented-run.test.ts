import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodePng } from '@isonoise/picture';
import { loadModel } from '@isonoise/runtime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isonoise } from '../../testdata/isonoise-command.ts';

const SIDE = 8;
const WIDTH = 3;
/** Images that are drawn from a model. */
const DRAWN = 64;

let root = '';
const at = (...parts: string[]): string => join(root, ...parts);
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'isonoise-augmented-'));
  await mkdir(at('bars'));
  // A bright bar at the left edge, with another brightness in each picture.
  for (let i = 0; i < 32; i++) {
    const data = Uint8Array.from({ length: SIDE * SIDE }, (_, p) => (p % SIDE < WIDTH ? 190 + 2 * i : i));
    await writeFile(at('bars', `${i}.png`), encodePng({ width: SIDE, height: SIDE, channels: 1, data }));
  }
});
afterAll(() => rm(root, { recursive: true, force: true }));

const train = (...args: string[]) => isonoise(['train', '--runs', at('runs'), '--quiet', ...args]);
const MIRRORED = ['--augment', '0.5', '--augment-with', 'mirror'];
const bars = (...args: string[]) => [
  ...['--dataset', at('bars'), '--size', '8', '--preset', 'quick', '--batch-size', '16'],
  ...['--channels', '8,16', '--no-attention', '--sample-every', '0', '--holdout', '0', ...args],
];

/** Trains and exports a model, draws 64 images, and returns the share whose bar is at the left edge. */
async function shareAtLeft(name: string, ...args: string[]): Promise<number> {
  const trained = await train(...bars('--name', name, '--steps', '250', ...args));
  expect(trained.code, trained.stderr).toBe(0);
  const exported = await isonoise(['export-onnx', at('runs', name), '--out', at(name), '--quiet']);
  expect(exported.code, exported.stderr).toBe(0);
  const model = await loadModel(at(name), { provider: 'cpu', threads: 1 });
  let images = new Float32Array();
  for await (const { x } of model.sample({ seed: 1, count: DRAWN })) images = Float32Array.from(x);
  await model.dispose();
  const isAtLeft = (image: number): boolean => {
    const row = images.subarray(image * SIDE ** 2, image * SIDE ** 2 + SIDE);
    return (row[0] ?? 0) > (row[SIDE - 1] ?? 0);
  };
  return Array.from({ length: DRAWN }, (_, i) => Number(isAtLeft(i))).reduce((a, b) => a + b) / DRAWN;
}

describe.sequential('pnpm train --augment', () => {
  it('trains on mirrored images without drawing mirrored images, unlike --flip', async () => {
    // Such a short training may still confuse a few images.
    expect(await shareAtLeft('augmented', ...MIRRORED)).toBeGreaterThan(0.85);
    // With --flip, the model draws both sides equally often. 0.25 is four standard deviations of 64 images.
    expect(Math.abs((await shareAtLeft('flipped', '--flip')) - 0.5)).toBeLessThan(0.25);
  });

  it('exports a model without the inputs of the augmentation', async () => {
    const config = await readFile(at('augmented', 'unet', 'config.json'), 'utf8');
    expect(config).not.toContain('augment');
    const weights = await readFile(at('augmented', 'unet', 'diffusion_pytorch_model.safetensors'), 'latin1');
    expect(weights).not.toContain('augment_embedding');
    const run = await readFile(at('runs', 'augmented', 'config.json'), 'utf8');
    expect(JSON.parse(run)).toMatchObject({
      augmentation: { probability: 0.5, transforms: ['mirror'] },
      network: { augment_dim: 1 },
    });
  });

  it('can be resumed, with the same bits as an uninterrupted run', async () => {
    const whole = await train(
      ...bars(...MIRRORED, '--checkpoint-every', '2', '--steps', '4', '--name', 'whole'),
    );
    expect(whole.code, whole.stderr).toBe(0);
    const last = at('runs', 'whole', 'checkpoints', 'step-00000004.safetensors');
    const expected = await readFile(last);
    await rm(last);
    const resumed = await train('--name', 'whole', '--resume');
    expect(resumed.code, resumed.stderr).toBe(0);
    expect((await readFile(last)).equals(expected)).toBe(true);
  });

  it('is a base for a run with other transforms or without any', async () => {
    for (const [name, ...flags] of [
      ['other', '--augment', '0.2'],
      ['none', '--augment', '0'],
    ]) {
      const args = [
        '--from',
        at('runs', 'augmented'),
        '--dataset',
        at('bars'),
        '--holdout',
        '0',
        '--steps',
        '2',
      ];
      const ended = await train(...args, '--sample-every', '0', '--name', name as string, ...flags);
      expect(ended.code, ended.stderr).toBe(0);
    }
    const config = async (name: string): Promise<unknown> =>
      JSON.parse(await readFile(at('runs', name, 'config.json'), 'utf8'));
    expect(await config('other')).toMatchObject({ network: { augment_dim: 8 } });
    expect(await config('none')).not.toHaveProperty('augmentation');
    expect(await config('none')).not.toHaveProperty('network.augment_dim');
  });
});
