import { createBatches, type Dataset } from '@isonoise/data';
import { createNetwork } from '@isonoise/network';
import { createSchedule } from '@isonoise/schedule';
import { describe, expect, it } from 'vitest';
import { recordData } from './data-record.ts';
import { modelSpecOf } from './model-spec.ts';
import { createObjective } from './objective.ts';
import { recipe } from './recipe.ts';
import { dataDifferences } from './same-data.ts';
import { createStepFeeds } from './step-feeds.ts';

const names = ['red', 'disc', 'square'];
const dataset: Dataset = {
  name: 'shapes',
  count: 3,
  shape: { channels: 1, height: 4, width: 4 },
  pixels: Uint8Array.from({ length: 48 }, (_, i) => 5 * i),
  tags: { names, offsets: Uint32Array.of(0, 2, 3, 3), indices: Uint16Array.of(0, 1, 2) },
};
const overrides = {
  train: { batchSize: 2, steps: 4 },
  network: { block_out_channels: [4, 8], norm_num_groups: 2 },
};
const config = recipe(dataset, 'quick', overrides);

describe('a recipe for images with tags', () => {
  it('creates a network with tags, and drops all tags of some images and single tags of other images', () => {
    expect(config).toMatchObject({ labelDropout: 0.1, tagDropout: 0.2, guidance: 1.5 });
    expect(config.network).toMatchObject({ num_tags: 3, num_class_embeds: null });
  });

  it('prefers tags to classes, and ignores both for an unconditional model', () => {
    const both = { ...dataset, classNames: ['a', 'b'] };
    expect(recipe(both, 'quick', overrides).network).toMatchObject({ num_tags: 3, num_class_embeds: null });
    const { network, tagDropout } = recipe(both, 'quick', { ...overrides, unconditional: true });
    expect(network).not.toHaveProperty('num_tags');
    expect(tagDropout).toBeUndefined();
  });

  it('refuses a tag dropout if the images have no tags', () => {
    expect(() =>
      recipe({ ...dataset, tags: undefined }, 'quick', { ...overrides, train: { tagDropout: 0.1 } }),
    ).toThrow(/tagDropout is 0.1, but the network has no tags/);
  });

  it('passes the names and counts of the tags to the model', () => {
    const tags = { names, counts: [1, 1, 1] };
    expect(modelSpecOf('m', config, { classNames: null, tags }, dataset.shape).tags).toEqual({
      ...tags,
      dropped: true,
    });
    expect(modelSpecOf('m', config, { classNames: null }, dataset.shape)).not.toHaveProperty('tags');
  });
});

describe('createStepFeeds', () => {
  it('returns a row of tags for each image', () => {
    const full = { ...config, labelDropout: 0, tagDropout: 0, guidance: 1 };
    const batches = createBatches(dataset, { batchSize: 2, seed: 0 });
    const { network } = createNetwork(config.network);
    const feeds = createStepFeeds(full, createSchedule(config.schedule), batches, network).feedsOf(1);
    const rows = [
      Float32Array.of(Math.SQRT1_2, Math.SQRT1_2, 0),
      Float32Array.of(0, 0, 1),
      new Float32Array(3),
    ];
    expect([...(feeds.tags ?? [])]).toEqual(
      [...batches.batch(0).indices].flatMap((image) => [...(rows[image] as Float32Array)]),
    );
    expect(feeds.classLabels).toBeUndefined();
  });

  it('refuses images whose tags do not match the network', () => {
    const { tags: _, ...untagged } = dataset;
    const { network } = createNetwork(config.network);
    const schedule = createSchedule(config.schedule);
    expect(() =>
      createStepFeeds(config, schedule, createBatches(untagged, { batchSize: 2, seed: 0 }), network),
    ).toThrow(/the data has no tags; expected 3/);
  });

  it('refuses a batch that lacks the tags of the set', () => {
    const { network } = createNetwork(config.network);
    const batches = createBatches(dataset, { batchSize: 2, seed: 0 });
    const feedsOf = (count: number) => {
      const batch = (step: number) => {
        const { tags = [], ...rest } = batches.batch(step);
        return count === 0 ? rest : { ...rest, tags: tags.slice(0, count) };
      };
      return createStepFeeds(config, createSchedule(config.schedule), { ...batches, batch }, network).feedsOf(
        1,
      );
    };
    expect(feedsOf(2).tags).toHaveLength(6);
    for (const [count, found] of [
      [0, '0 images'],
      [1, '1 image'],
    ] as const)
      expect(() => feedsOf(count)).toThrow(`a batch has tags of ${found}; expected tags of 2 images`);
  });
});

describe('dropout of tags', () => {
  const objective = createObjective({
    schedule: createSchedule({ kind: 'linear' }),
    prediction: 'epsilon',
    weighting: { kind: 'simple' },
    seed: 1,
    tags: { count: 2, allDropout: 0.25, tagDropout: 0.4 },
  });
  const B = 4000;
  const rowsOf = (step: number): Float32Array =>
    objective({ images: new Float32Array(B), tags: Array.from({ length: B }, () => [0, 1]) }, B, step)
      .tags as Float32Array;

  it('keeps both, one or none of two tags with the configured probabilities', () => {
    const rows = rowsOf(1);
    const share = (matches: (a: number, b: number) => boolean): number =>
      Array.from({ length: B }, (_, i) =>
        Number(matches(rows[2 * i] as number, rows[2 * i + 1] as number)),
      ).reduce((sum, value) => sum + value) / B;
    // Four standard deviations of a share among 4000 images are at most 0.032.
    expect(share((a, b) => a > 0 && b > 0)).toBeCloseTo(0.75 * 0.36, 1);
    expect(Math.abs(share((a, b) => a > 0 && b > 0) - 0.75 * 0.36)).toBeLessThan(0.032);
    expect(Math.abs(share((a, b) => a === 1 && b === 0) - 0.75 * 0.24)).toBeLessThan(0.032);
    expect(Math.abs(share((a, b) => a === 0 && b === 0) - (0.25 + 0.75 * 0.16))).toBeLessThan(0.032);
  });

  it('depends only on the step', () => {
    expect(rowsOf(2)).toEqual(rowsOf(2));
    expect(rowsOf(2)).not.toEqual(rowsOf(1));
  });
});

describe('the record of images', () => {
  it('contains the tags, and a comparison reports missing tags', () => {
    const before = recordData(dataset);
    const fewer = {
      names: ['red', 'disc', 'blue'],
      offsets: dataset.tags?.offsets,
      indices: dataset.tags?.indices,
    };
    const now = recordData({ ...dataset, tags: fewer as NonNullable<Dataset['tags']> });
    expect(before.tags?.names).toEqual(names);
    expect(dataDifferences(before, now)).toEqual(['tags are missing: "square"']);
    const moved = recordData({
      ...dataset,
      tags: { names, offsets: Uint32Array.of(0, 1, 3, 3), indices: Uint16Array.of(0, 1, 2) },
    });
    expect(dataDifferences(before, moved)).toEqual(['the tags of some images differ']);
  });

  it('equals the record of earlier versions for images without tags', () => {
    const { tags: _, ...untagged } = dataset;
    const record = recordData(untagged);
    expect(record).not.toHaveProperty('tags');
    expect(record.sha256).not.toBe(recordData(dataset).sha256);
  });
});
