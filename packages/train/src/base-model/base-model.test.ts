import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { memoryFiles } from '@isonoise/bundle';
import { createNetwork } from '@isonoise/network';
import { describe, expect, it } from 'vitest';
import { beginRun } from '../begin-run.ts';
import { recipe } from '../recipe.ts';
import { bundleBase } from './base-model.ts';

const images = { name: 'letters', shape: { channels: 1, height: 32, width: 32 }, classNames: ['a', '3'] };

const MODEL = 'models/mnist';
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function mnist() {
  const files = memoryFiles();
  for (const path of readdirSync(MODEL, { recursive: true, encoding: 'utf8' }))
    if (/\.(json|onnx|safetensors)$/.test(path))
      await files.write(path.split(sep).join('/'), readFileSync(join(MODEL, path)));
  return bundleBase(files, sha256);
}

describe('a training that starts from models/mnist', () => {
  it("takes network, schedule and prediction from the bundle, and half of the preset's learning rate", async () => {
    const base = await mnist();
    const config = recipe(images, 'quick', { base });
    expect(config).toMatchObject({
      from: { name: 'mnist', sha256: base.sha256 },
      schedule: base.schedule,
      objective: { prediction: 'v_prediction', weighting: { kind: 'min-snr' } },
      optimizer: { kind: 'muon', learningRate: 1e-3 },
      network: { block_out_channels: [24, 48, 64], sample_size: 32, num_class_embeds: 3 },
    });
    expect(recipe(images, 'quick', { base, train: { optimizer: { kind: 'lion' } } }).optimizer).toMatchObject(
      {
        learningRate: 2e-4,
      },
    );
    expect(
      recipe(images, 'quick', { base, train: { optimizer: { learningRate: 3e-4 } } }).optimizer,
    ).toMatchObject({ learningRate: 3e-4 });
    expect(recipe(images, 'quick')).not.toHaveProperty('from');
    expect(() => recipe(images, 'quick', { base, network: { _class_name: 'PatchedUNet2D' } })).toThrow(
      'base model mnist is a UNet2DModel; expected a PatchedUNet2D',
    );

    const { network } = createNetwork(config.network);
    const { state } = beginRun(config, network, { model: base, classNames: images.classNames });
    // Both the weights of the first layer and their average start from the model.
    const first = base.tensors.get('conv_in.weight')?.data ?? new Float32Array();
    expect([...state.theta.subarray(0, first.length)]).toEqual([...first]);
    expect(Buffer.from(state.ema.buffer).equals(Buffer.from(state.theta.buffer))).toBe(true);
    expect(() => beginRun(config, network)).toThrow(
      'train: the run begins with no model; expected mnist, SHA-256',
    );
    const other = { ...base, sha256: '0'.repeat(64) };
    expect(() => beginRun(config, network, { model: other, classNames: null })).toThrow(
      expect.objectContaining({ code: 'TRAIN_BASE' }),
    );
  });
});
