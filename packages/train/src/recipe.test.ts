import { expect, it } from 'vitest';
import { recipe } from './recipe.ts';

const images = { name: 'pictures', shape: { channels: 3, height: 32, width: 32 } };
const labelled = { ...images, classNames: ['cat', 'dog'] };

it('recipe fits the network of the preset to images and classes', () => {
  const config = recipe(labelled, 'quick');
  expect(config).toMatchObject({
    dataset: 'pictures',
    steps: 1200,
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
  ['images that are not square', { shape: { channels: 1, height: 28, width: 32 } }, {}, 'Make them 32x32.'],
  [
    'a size that the levels cannot halve',
    { shape: { channels: 1, height: 30, width: 30 } },
    {},
    'expected a multiple of 4. Make them 32x32, or use fewer levels.',
  ],
  ['a contradicting override', {}, { sample_size: 16 }, 'network.sample_size is 16; with the images of'],
])('recipe rejects %s', (_title, changed, network, message) => {
  expect(() => recipe({ ...images, ...changed }, 'quick', { network })).toThrow(message);
});
