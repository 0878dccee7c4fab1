import { createBatches, type Dataset } from '@isonoise/data';
import { createNetwork, parameterCount, withoutAugmentation } from '@isonoise/network';
import { createSchedule } from '@isonoise/schedule';
import { describe, expect, it } from 'vitest';
import { parseTrainConfig } from '../parse-train-config.ts';
import { recipe } from '../recipe.ts';
import { createStepFeeds } from '../step-feeds.ts';
import { augmentLabelCount, createAugmentation } from './augmentation.ts';
import { TRANSFORM_NAMES } from './transforms.ts';

const shape = { channels: 1, height: 8, width: 8 };
const size = 64;
const B = 2000;
const images = Float32Array.from({ length: B * size }, (_, i) => Math.sin(i));
const options = { shape, seed: 3, border: 'nearest' } as const;
const ofImage = (values: Float32Array, image: number, length: number): number[] => [
  ...values.subarray(image * length, (image + 1) * length),
];

describe('createAugmentation', () => {
  const augment = createAugmentation({ probability: 0.2, transforms: ['mirror'] }, options);
  const { images: augmented, augmentLabels } = augment(images, 5);

  it('transforms images with the configured probability, and labels exactly these images', () => {
    const share = augmentLabels.reduce((sum, label) => sum + label, 0) / B;
    // Five standard deviations of the share of 2,000 images.
    expect(Math.abs(share - 0.2)).toBeLessThan(5 * Math.sqrt((0.2 * 0.8) / B));
    for (let image = 0; image < B; image++) {
      const rows = Array.from({ length: 8 }, (_, y) => ofImage(images, image, size).slice(8 * y, 8 * y + 8));
      const expected = augmentLabels[image] === 1 ? rows.map((row) => row.toReversed()) : rows;
      expect(ofImage(augmented, image, size)).toEqual(expected.flat());
    }
  });

  it('does not change the given images, and depends only on images, seed and step', () => {
    const before = images.slice();
    const again = augment(images, 5);
    expect(images).toEqual(before);
    expect(again).toEqual({ images: augmented, augmentLabels });
    expect(augment(images, 6).augmentLabels).not.toEqual(augmentLabels);
    const other = createAugmentation({ probability: 0.2, transforms: ['mirror'] }, { ...options, seed: 4 });
    expect(other(images, 5).augmentLabels).not.toEqual(augmentLabels);
  });

  it('draws the settings of a transform independently of the other transforms', () => {
    const all = createAugmentation({ probability: 0.2, transforms: TRANSFORM_NAMES }, options);
    const labels = augmentLabelCount({ transforms: TRANSFORM_NAMES });
    const { augmentLabels: ofAll } = all(images, 5);
    // The label of `mirror` is the first of each row.
    expect(Array.from({ length: B }, (_, image) => ofAll[image * labels])).toEqual([...augmentLabels]);
  });
});

const dataset: Dataset = {
  name: 'squares',
  count: 4,
  shape,
  pixels: Uint8Array.from({ length: 4 * size }, (_, i) => i),
};
const network = { block_out_channels: [4, 8], norm_num_groups: 2 };
const augmented = recipe(dataset, 'quick', { train: { batchSize: 2, augmentation: {} }, network });

describe('a recipe with augmentation', () => {
  it('has all transforms by default, in a fixed order, and a network with their labels', () => {
    expect(augmented.augmentation).toEqual({ probability: 0.12, transforms: TRANSFORM_NAMES });
    expect(augmented.network).toMatchObject({ augment_dim: 8 });
    expect(parseTrainConfig(augmented)).toEqual(augmented);
    const some = recipe(dataset, 'quick', {
      train: { augmentation: { transforms: ['translate', 'mirror', 'translate'] } },
      network,
    });
    expect(some.network).toMatchObject({ augment_dim: 3 });
    expect(some.augmentation?.transforms).toEqual(['mirror', 'translate']);
  });

  it('is a recipe without augmentation if the probability is 0', () => {
    const none = recipe(dataset, 'quick', { train: { augmentation: { probability: 0 } }, network });
    expect(none).toEqual(recipe(dataset, 'quick', { network }));
  });

  it('refuses architectures without labels of transforms, unknown transforms and an empty list', () => {
    const withAugmentation = (augmentation: unknown, fields: object = network) =>
      recipe(dataset, 'quick', { train: { augmentation }, network: { ...fields } });
    expect(() => withAugmentation({}, { _class_name: 'AwjulianiUNet' })).toThrow(
      /augmentation has 8 labels, but the network has none \(augment_dim\)/,
    );
    expect(() => withAugmentation({ transforms: ['turn'] })).toThrow(/augmentation\.transforms/);
    expect(() => withAugmentation({ transforms: [] })).toThrow(/augmentation\.transforms/);
    expect(() => withAugmentation({ probability: 1 })).toThrow(/augmentation\.probability/);
  });

  it('refuses a network with labels of transforms if images are not augmented', () => {
    expect(() => recipe(dataset, 'quick', { network: { ...network, augment_dim: 8 } })).toThrow(
      /augmentation has 0 labels, but the network has 8 \(augment_dim\); set the augmentation .*, or leave network\.augment_dim out/,
    );
  });
});

describe('createStepFeeds', () => {
  it('noises the augmented images, and feeds their labels', () => {
    const config = recipe(dataset, 'quick', {
      train: { batchSize: 2, augmentation: { probability: 0.9 } },
      network,
    });
    const batches = createBatches(dataset, { batchSize: 2, seed: 0 });
    const schedule = createSchedule(config.schedule);
    const { network: own } = createNetwork(config.network);
    const feeds = createStepFeeds(config, schedule, batches, own).feedsOf(3);
    const augment = createAugmentation(
      { probability: 0.9, transforms: TRANSFORM_NAMES },
      { shape, seed: config.seed, border: 'nearest' },
    );
    const expected = augment(batches.batch(2).images, 3);
    expect(feeds.augmentLabels).toEqual(expected.augmentLabels);
    // Without augmentation, the same configuration feeds the same noise with the augmented images.
    const { network: plain, config: fields } = createNetwork(withoutAugmentation(config.network));
    const { augmentation: _, ...others } = config;
    const feedsOfImages = createStepFeeds(
      { ...others, network: { ...fields } },
      schedule,
      { ...batches, batch: (step) => ({ ...batches.batch(step), images: expected.images }) },
      plain,
    ).feedsOf(3);
    expect(feeds.sample).toEqual(feedsOfImages.sample);
    expect(feedsOfImages).not.toHaveProperty('augmentLabels');
  });
});

it('withoutAugmentation leaves out only the last parameter, in every architecture that supports augmentation', () => {
  for (const architecture of ['UNet2DModel', 'TileableUNet2D', 'PatchedUNet2D']) {
    const { network: fields } = recipe(dataset, 'quick', {
      train: { augmentation: {} },
      network: { ...network, _class_name: architecture },
    });
    const [whole, model] = [fields, withoutAugmentation(fields)].map((each) => createNetwork(each).network);
    expect(whole?.parameters.slice(0, -1)).toEqual(model?.parameters);
    expect(whole?.parameters.at(-1)).toMatchObject({ name: 'augment_embedding.weight', shape: [8, 16] });
    expect(parameterCount(whole?.parameters ?? [])).toBe(parameterCount(model?.parameters ?? []) + 8 * 16);
  }
});
