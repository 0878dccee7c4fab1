import type { Dataset } from '@isonoise/data';
import { PRESET_NAMES, PRESETS } from '@isonoise/train/presets';
import { describe, expect, it } from 'vitest';
import { assembleConfig, resumedConfig } from './assemble-config.ts';
import type { TrainFlags } from './train-flags.ts';

const images = (height = 28, width = height, classNames?: readonly string[]): Dataset => ({
  name: 'pictures',
  count: 1,
  shape: { channels: 3, height, width },
  pixels: new Uint8Array(3 * height * width),
  ...(classNames === undefined ? {} : { labels: Uint8Array.of(0), classNames }),
});
const labelled = images(28, 28, ['cat', 'dog']);
const flags = (given: Partial<TrainFlags> = {}): TrainFlags => ({ runs: 'runs', ...given });

describe('assembleConfig', () => {
  it.each(PRESET_NAMES)(
    'returns a complete configuration for the preset %s without other flags',
    (preset) => {
      const config = assembleConfig(flags({ preset }), images(32, 32, ['cat', 'dog']));
      const { network, train } = PRESETS[preset];
      const lowest = network.add_attention === false ? '' : 'Attn';
      expect(config).toMatchObject({ dataset: 'pictures', labelDropout: 0.1, guidance: 1.5, ...train });
      expect(config.network).toMatchObject({
        ...network,
        sample_size: 32,
        in_channels: 3,
        out_channels: 3,
        num_class_embeds: 3,
        down_block_types: ['DownBlock2D', 'DownBlock2D', `${lowest}DownBlock2D`],
        up_block_types: [`${lowest}UpBlock2D`, 'UpBlock2D', 'UpBlock2D'],
      });
    },
  );

  it('does not clip gradients with --clip-norm none, even if the file has a norm', () => {
    const file = { optimizer: { clipNorm: 0.5 } };
    const clipNorm = (given: Partial<TrainFlags>): number | null =>
      assembleConfig(flags(given), labelled, file).optimizer.clipNorm;
    expect([clipNorm({}), clipNorm({ clipNorm: 2 }), clipNorm({ clipNorm: 'none' })]).toEqual([0.5, 2, null]);
  });

  it('plans ten checkpoints for a short run, and takes the interval of the preset for a long run', () => {
    const every = (steps: number): number =>
      assembleConfig(flags({ preset: 'base', steps }), labelled).checkpointEvery;
    expect([1, 200, 6000].map(every)).toEqual([1, 20, 250]);
  });

  it('lets the file override the preset, and flags override the file', () => {
    const file = { steps: 7, batchSize: 5, optimizer: { beta1: 0.8 }, network: { layers_per_block: 2 } };
    const given = flags({ preset: 'quick', steps: 9, channels: [8, 16], learningRate: 0.5 });
    const config = assembleConfig(given, labelled, file);
    expect(config).toMatchObject({ steps: 9, batchSize: 5, optimizer: { beta1: 0.8, learningRate: 0.5 } });
    // The warmup is at most a tenth of 9 steps, which is less than the warmup of the preset.
    expect(config.learningRateSchedule.warmupSteps).toBe(0);
    expect(config.network).toMatchObject({
      layers_per_block: 2,
      block_out_channels: [8, 16],
      down_block_types: ['DownBlock2D', 'AttnDownBlock2D'],
    });
  });

  it('adds an embedding for the null class only if labels are dropped, and no embeddings without classes', () => {
    const rows = (given: Partial<TrainFlags>, dataset = labelled) =>
      assembleConfig(flags(given), dataset).network.num_class_embeds;
    expect(rows({ labelDropout: 0 })).toBe(2);
    expect(rows({ unconditional: true })).toBeNull();
    expect(rows({}, images())).toBeNull();
  });

  it('recommends suitable sizes if the images do not fit the network', () => {
    expect(() => assembleConfig(flags({ channels: [8, 8, 8] }), images(30, 32))).toThrow(
      'the images of pictures are 32x30; a network of 3 levels (8,8,8) halves them 2 times; expected a multiple of 4. Make them 32x28 or 32x32, or use fewer levels.\nFlags for this: --size (folders of images), --pad, --channels.',
    );
    expect(() => assembleConfig(flags({ channels: [8, 8, 8] }), images(30))).toThrow(
      'images of pictures are 30x30; a network of 3 levels (8,8,8) halves them 2 times; expected a multiple of 4. Make them 28x28 or 32x32, or use fewer levels.',
    );
  });

  it.each([
    [
      28,
      'use a network without patches.\nFlags for this: --size (folders of images), --pad, --channels, --patch 1',
    ],
    [30, 'or use fewer levels.\nFlags for this: --size (folders of images), --pad, --channels.'],
  ])('names --patch 1 only if images of %i pixels fit a network without patches', (side, expected) => {
    expect(() => assembleConfig(flags({ preset: 'icons' }), images(side))).toThrow(expected);
  });

  it('lists the flag for a field of the network that contradicts the images', () => {
    const file = { network: { num_class_embeds: 7 } };
    expect(() => assembleConfig(flags(), labelled, file)).toThrow(
      /change the images\.\nFlags for this: --unconditional\.$/,
    );
  });

  it('returns the network of the reference implementation if the file has its class name', () => {
    const file = { network: { _class_name: 'AwjulianiUNet', base_channels: 8 } };
    const config = assembleConfig(flags(), images(32, 32, ['cat', 'dog']), { ...file, labelDropout: 0 });
    expect(config.network).toMatchObject({
      _class_name: 'AwjulianiUNet',
      sample_size: 32,
      in_channels: 3,
      num_class_embeds: null,
    });
    expect(() => assembleConfig(flags(), images(28), file)).toThrow(
      'halves them 3 times; expected a multiple of 8. Make them 24x24 or 32x32',
    );
  });

  it('reports unknown fields of the file', () => {
    expect(() => assembleConfig(flags(), labelled, { stepz: 3 })).toThrow(
      'stepz: unknown; expected one of dataset',
    );
    expect(() => assembleConfig(flags(), labelled, { network: { width: 3 } })).toThrow('width: unknown');
    expect(() => assembleConfig(flags(), labelled, JSON.parse('{"__proto__":{"steps":7}}'))).toThrow(
      '__proto__: unknown; expected one of dataset',
    );
    const nested = JSON.parse('{"optimizer":{"__proto__":{"learningRate":5}}}');
    expect(() => assembleConfig(flags(), labelled, nested)).toThrow(
      'optimizer.__proto__: unknown; expected one of kind',
    );
  });

  it.each([3, null, [], 'adam'])('refuses %j in place of an object, with and without flags', (wrong) => {
    for (const field of ['optimizer', 'objective', 'learningRateSchedule', 'ema'])
      for (const given of [
        flags(),
        flags({ learningRate: 0.5, prediction: 'epsilon', emaDecay: 0.5, warmup: 1 }),
      ])
        expect(() => assembleConfig(given, labelled, { [field]: wrong }), field).toThrow(`${field}: got `);
    expect(() => assembleConfig(flags(), labelled, { network: wrong })).toThrow(
      `--config: network: got ${JSON.stringify(wrong)}; expected a JSON object`,
    );
  });

  it('accepts a file that repeats the values of the images, and refuses a file that contradicts these values', () => {
    const { network } = assembleConfig(flags(), labelled);
    expect(assembleConfig(flags(), labelled, { network }).network).toEqual(network);
    const refused: readonly (readonly [object, string])[] = [
      [{ sample_size: 16 }, 'network.sample_size is 16; with the images of pictures it is 28'],
      [{ in_channels: 1 }, 'network.in_channels is 1; with the images of pictures it is 3'],
      [{ num_class_embeds: null }, 'network.num_class_embeds is null; with the images of pictures it is 3'],
    ];
    for (const [fields, message] of refused)
      expect(() => assembleConfig(flags(), labelled, { network: fields })).toThrow(message);
  });
});

describe('resumedConfig', () => {
  const saved = assembleConfig(
    flags({ preset: 'quick', weighting: { kind: 'min-snr', gamma: 3 } }),
    labelled,
  );

  it('returns exactly the saved configuration without flags', () => {
    expect(JSON.stringify(resumedConfig(flags(), saved))).toBe(JSON.stringify(saved));
  });

  it('applies flags without checking them', () => {
    expect(resumedConfig(flags({ steps: 5000 }), saved)).toEqual({ ...saved, steps: 5000 });
    expect(resumedConfig(flags({ channels: [8, 8, 8] }), saved).network).toMatchObject({
      block_out_channels: [8, 8, 8],
    });
  });

  it('applies a different augmentation, also to the network, so that the caller reports both as changed', () => {
    const augmented = assembleConfig(flags({ preset: 'quick', augment: 0.1 }), labelled);
    expect(JSON.stringify(resumedConfig(flags({ augment: 0.1 }), augmented))).toBe(JSON.stringify(augmented));
    expect(resumedConfig(flags({ augmentWith: ['mirror'] }), augmented)).toMatchObject({
      augmentation: { probability: 0.1, transforms: ['mirror'] },
      network: { augment_dim: 1 },
    });
    expect(resumedConfig(flags({ augment: 0.1 }), saved).network).toMatchObject({ augment_dim: 8 });
    const none = resumedConfig(flags({ augment: 0 }), augmented);
    expect(none).not.toHaveProperty('augmentation');
    expect(none.network.augment_dim).toBeNull();
    expect(resumedConfig(flags({ augment: 0 }), saved)).toEqual(saved);
  });
});
