import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { runBase } from './base-model/base-model.ts';
import { recipe } from './recipe.ts';

const images = { name: 'pictures', shape: { channels: 3, height: 32, width: 32 } };
const labelled = { ...images, classNames: ['cat', 'dog'] };

it('recipe fits the network of the preset to images and classes', () => {
  const config = recipe(labelled, 'quick');
  expect(config).toMatchObject({
    dataset: 'pictures',
    steps: 1000,
    labelDropout: 0.1,
    network: {
      block_out_channels: [16, 32, 48],
      down_block_types: ['DownBlock2D', 'DownBlock2D', 'AttnDownBlock2D'],
      sample_size: 32,
      in_channels: 3,
      out_channels: 3,
      num_class_embeds: 3,
    },
  });
});

it('recipe applies overrides to the preset, and shortens warmup and checkpoint intervals of short runs', () => {
  const config = recipe(labelled, 'quick', {
    train: { steps: 40, batchSize: 4 },
    network: { block_out_channels: [8, 16] },
    unconditional: true,
  });
  expect(config).toMatchObject({
    steps: 40,
    batchSize: 4,
    checkpointEvery: 4,
    learningRateSchedule: { kind: 'cosine', warmupSteps: 4 },
    network: {
      block_out_channels: [8, 16],
      down_block_types: ['DownBlock2D', 'AttnDownBlock2D'],
      num_class_embeds: null,
    },
  });
});

it.each([
  [
    'a rectangle whose height cannot be halved',
    { shape: { channels: 1, height: 30, width: 64 } },
    {},
    'are 64x30; a network of 3 levels (16,32,48) halves them 2 times; expected a multiple of 4. Make them 64x28 or 64x32, or use fewer levels.',
  ],
  [
    'rectangles for an architecture of squares',
    { shape: { channels: 1, height: 32, width: 64 } },
    { _class_name: 'AwjulianiUNet' },
    'are 64x32; this architecture expects squares. Make them 64x64, or use UNet2DModel.',
  ],
  [
    'a size that the levels cannot halve',
    { shape: { channels: 1, height: 30, width: 30 } },
    {},
    'expected a multiple of 4. Make them 28x28 or 32x32, or use fewer levels.',
  ],
  ['a contradicting override', {}, { sample_size: 16 }, 'network.sample_size is 16; with the images of'],
])('recipe rejects %s', (_title, changed, network, message) => {
  expect(() => recipe({ ...images, ...changed }, 'quick', { network })).toThrow(message);
});

it('recipe suggests only changes that can help if the images do not fit the network', () => {
  const square = (side: number) => ({ ...images, shape: { channels: 3, height: side, width: side } });
  const refused = (message: RegExp, ...remedies: string[]) =>
    expect.objectContaining({ message: expect.stringMatching(message), remedies });
  expect(() => recipe(square(28), 'icons')).toThrow(
    refused(/use fewer levels, or use a network without patches\.$/, 'size', 'levels', 'unpatched'),
  );
  expect(() => recipe(square(30), 'icons')).toThrow(refused(/, or use fewer levels\.$/, 'size', 'levels'));
  // The network of a base model cannot change.
  const base = runBase('earlier', recipe(square(32), 'icons'), { classNames: null }, new Float32Array(0));
  expect(() => recipe(square(28), 'icons', { base })).toThrow(
    refused(/expected a multiple of 8\. Make them 24x24 or 32x32\.$/, 'size'),
  );
  expect(() => recipe(square(32), 'icons', { network: { in_channels: 1, out_channels: 1 } })).toThrow(
    refused(/network\.out_channels is 1; .*Omit these fields, or change the images\.$/s, 'colours'),
  );
});

it('recipe completes flow matching if only the schedule or the prediction is given', () => {
  const flow = {
    schedule: { kind: 'flow', numTrainTimesteps: 1000, shift: 1 },
    objective: { prediction: 'flow', weighting: { kind: 'simple' } },
  };
  expect(recipe(labelled, 'quick', { train: { schedule: { kind: 'flow' } } })).toMatchObject(flow);
  expect(recipe(labelled, 'quick', { train: { objective: { prediction: 'flow' } } })).toMatchObject(flow);
  const weighted = {
    schedule: { kind: 'flow', shift: 2 },
    objective: { weighting: { kind: 'min-snr', gamma: 3 } },
  };
  expect(recipe(labelled, 'quick', { train: weighted })).toMatchObject({
    schedule: { shift: 2 },
    objective: { prediction: 'flow', weighting: { kind: 'min-snr', gamma: 3 } },
  });
});

it('recipe refuses flow matching with a diffusion prediction or schedule', () => {
  for (const [train, problem] of [
    [
      { schedule: { kind: 'flow' }, objective: { prediction: 'epsilon' } },
      'prediction type epsilon does not fit schedule flow; expected flow',
    ],
    [
      { schedule: { kind: 'linear' }, objective: { prediction: 'flow' } },
      'prediction type flow does not fit schedule linear; expected epsilon, sample, v_prediction',
    ],
  ] as const) {
    expect(() => recipe(labelled, 'quick', { train })).toThrow(
      expect.objectContaining({ code: 'TRAIN_CONFIG', message: expect.stringContaining(problem) }),
    );
  }
});

it('recipe keeps the learning rate of the preset for Adam, AdamW and Muon, and lowers it for Lion', () => {
  const rateOf = (optimizer: Readonly<Record<string, unknown>>): number =>
    recipe(labelled, 'quick', { train: { optimizer } }).optimizer.learningRate;
  expect(['adam', 'adamw', 'muon', 'lion'].map((kind) => rateOf({ kind }))).toEqual([2e-3, 2e-3, 2e-3, 4e-4]);
  expect(rateOf({ kind: 'lion', learningRate: 1e-3 })).toBe(1e-3);
  expect(rateOf({ weightDecay: 0.1 })).toBe(2e-3);
  expect(recipe(labelled, 'quick').optimizer).toMatchObject({ kind: 'muon', learningRate: 2e-3 });
  const base = recipe(labelled, 'base', { train: { optimizer: { kind: 'lion' } } });
  expect(base.optimizer.learningRate).toBe(3e-4);
});

it('recipe uses v-prediction for a sine schedule, and refuses other predictions', () => {
  expect(recipe(labelled, 'quick', { train: { schedule: { kind: 'sine' } } })).toMatchObject({
    schedule: { kind: 'sine', numTrainTimesteps: 1000 },
    objective: { prediction: 'v_prediction' },
    sampleSteps: 25,
  });
  const train = { schedule: { kind: 'sine' }, objective: { prediction: 'epsilon' } };
  expect(() => recipe(labelled, 'quick', { train })).toThrow(
    'prediction type epsilon does not fit schedule sine; expected v_prediction',
  );
});

it('recipe makes networks without attention for the preset textures', () => {
  expect(recipe(images, 'textures', { network: { _class_name: 'TileableUNet2D' } }).network).toMatchObject({
    add_attention: false,
    down_block_types: ['DownBlock2D', 'DownBlock2D', 'DownBlock2D'],
    up_block_types: ['UpBlock2D', 'UpBlock2D', 'UpBlock2D'],
  });
});

it('recipe makes the network of models/icons for the preset icons, and replaces it if an architecture is given', async () => {
  const file = new URL('../../../models/icons/unet/config.json', import.meta.url);
  const { num_tags, ...ofModel }: Record<string, unknown> = JSON.parse(await readFile(file, 'utf8'));
  const names = Array.from({ length: Number(num_tags) }, (_, tag) => `tag ${tag}`);
  const icons = { ...images, shape: { channels: 4, height: 32, width: 32 }, tags: { names } };
  const config = recipe(icons, 'icons');
  expect(config.network).toMatchObject({ num_tags, ...ofModel });
  expect(config).toMatchObject({
    steps: 8600,
    optimizer: { kind: 'muon', learningRate: 1.5e-3 },
    learningRateSchedule: { kind: 'warmup-stable-decay', warmupSteps: 200 },
    ema: { kind: 'power', lengths: [0.05, 0.1] },
  });
  expect(recipe(icons, 'icons', { network: { patch_size: 4 } }).network).toMatchObject({
    _class_name: 'PatchedUNet2D',
    patch_size: 4,
  });
  for (const _class_name of ['UNet2DModel', 'TileableUNet2D']) {
    const { network } = recipe(icons, 'icons', { network: { _class_name } });
    expect(network).toMatchObject({ _class_name, block_out_channels: [48, 96, 160] });
    expect(network).not.toHaveProperty('patch_size');
  }
  expect(() => recipe({ ...icons, shape: { channels: 4, height: 28, width: 28 } }, 'icons')).toThrow(
    'a network of 3 levels (48,96,160) halves them 2 times, in patches of 2 pixels; expected a multiple of 8. Make them 24x24 or 32x32, use fewer levels, or use a network without patches.',
  );
});

it('recipe does not keep the average of the preset icons if an exponential one is given', () => {
  const train = { ema: { kind: 'exponential', decay: 0.99 }, learningRateSchedule: { kind: 'cosine' } };
  expect(recipe(images, 'icons', { train })).toMatchObject({
    ema: { kind: 'exponential', decay: 0.99 },
    learningRateSchedule: { kind: 'cosine', warmupSteps: 200 },
  });
});
