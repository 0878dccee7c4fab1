import { describe, expect, it } from 'vitest';
import { architectureOf, DIFFUSERS_ARCHITECTURES, findArchitecture } from './architectures.ts';
import { createNetwork } from './create-network.ts';
import { UNET2D_FIELDS } from './unet2d-config.ts';

const LEVELS = { block_out_channels: [8, 16, 16] };
const NAMES: readonly string[] = [
  'UNet2DModel',
  'TileableUNet2D',
  'PatchedUNet2D',
  'AwjulianiUNet',
  'LucidrainsUNet',
];
/** Fields with which each architecture makes a small network. */
const SMALL: Readonly<Record<string, object>> = {
  AwjulianiUNet: { base_channels: 4 },
  LucidrainsUNet: { dim: 8 },
};
const images = {
  shape: { channels: 3, height: 32, width: 32 },
  numClassEmbeds: null,
  numTags: 0,
  augmentLabels: 0,
};

describe('the architecture', () => {
  it.each(NAMES)('%s makes a network whose images and outer layers are those of configFor', (name) => {
    const given = { _class_name: name, ...SMALL[name] };
    const { determined, defaults } = architectureOf(given).configFor(images, given, LEVELS);
    const { network, config } = createNetwork({ ...defaults, ...given, ...determined });
    expect(network.imageShape).toEqual(images.shape);
    expect(config).toMatchObject({ _class_name: name, ...determined });
    const names = network.parameters.map((each) => each.name);
    expect(network.outerLayers).toHaveLength(2);
    for (const layer of network.outerLayers) expect(names).toContain(`${layer}.weight`);
    expect(
      names[0] === `${network.outerLayers[0]}.weight` || names[2] === `${network.outerLayers[0]}.weight`,
    ).toBe(true);
  });

  // Sides that are not multiples must be refused. Otherwise the number would be larger than necessary.
  it.each([
    ['UNet2DModel', LEVELS, 4],
    ['TileableUNet2D', LEVELS, 4],
    ['PatchedUNet2D', LEVELS, 8],
    ['PatchedUNet2D', { ...LEVELS, patch_size: 4 }, 16],
    ['AwjulianiUNet', {}, 8],
    ['LucidrainsUNet', {}, 8],
    ['LucidrainsUNet', { dim_mults: [1, 2] }, 2],
  ])('%s with %j needs sides that are multiples of %d', (name, fields, multiple) => {
    const given = { _class_name: name, ...SMALL[name], ...fields };
    const sided = (side: number): unknown => {
      const shape = { channels: 1, height: side, width: side };
      const { determined, defaults, multipleOf } = architectureOf(given).configFor(
        { ...images, shape },
        given,
        {},
      );
      expect(multipleOf).toBe(multiple);
      return createNetwork({ ...defaults, ...given, ...determined }).config.sample_size;
    };
    expect(sided(3 * multiple)).toBe(3 * multiple);
    expect(() => sided(2.5 * multiple)).toThrow('sample_size');
  });

  it('has the classes or tags of the images, unless it supports neither', () => {
    const conditions = (name: string, counts: object): unknown =>
      architectureOf({ _class_name: name }).configFor({ ...images, ...counts }, LEVELS, {}).determined;
    expect(conditions('PatchedUNet2D', { numClassEmbeds: 11 })).toMatchObject({ num_class_embeds: 11 });
    expect(conditions('UNet2DModel', { numTags: 5 })).toMatchObject({ num_tags: 5 });
    expect(conditions('LucidrainsUNet', { numClassEmbeds: 11, numTags: 5 })).toEqual({
      sample_size: 32,
      in_channels: 3,
      out_channels: 3,
      num_class_embeds: null,
    });
  });

  it('uses only the fields of a preset that it has', () => {
    const defaultsOf = (name: string): object =>
      architectureOf({ _class_name: name }).configFor(images, {}, LEVELS).defaults;
    expect(defaultsOf('UNet2DModel')).toMatchObject({
      ...LEVELS,
      down_block_types: ['DownBlock2D', 'DownBlock2D', 'AttnDownBlock2D'],
      up_block_types: ['AttnUpBlock2D', 'UpBlock2D', 'UpBlock2D'],
    });
    expect(defaultsOf('AwjulianiUNet')).toEqual({});
  });

  it('UNet2DModel is the only one that diffusers has', () => {
    expect([...DIFFUSERS_ARCHITECTURES.keys()]).toEqual(['UNet2DModel']);
    for (const name of NAMES) {
      expect(architectureOf({ _class_name: name }).diffusersClass).toBe(name === 'UNet2DModel' ? name : null);
    }
    expect(UNET2D_FIELDS).toContain('block_out_channels');
  });

  it('cannot have an unknown name, even if every object has a property of this name', () => {
    for (const name of ['UNet3D', 'constructor', '__proto__', 3]) {
      expect(findArchitecture(name)).toBeUndefined();
      expect(() => architectureOf({ _class_name: name })).toThrow(
        `_class_name: got ${JSON.stringify(name)}; expected ${NAMES.join(', ')}`,
      );
    }
    expect(architectureOf(undefined).name).toBe('UNet2DModel');
  });
  it.each(['UNet3D', 'toString', 7])('%s is unknown to createNetwork', (name) => {
    const message =
      `network configuration:\n  _class_name: got ${JSON.stringify(name)}; expected ${NAMES.join(', ')}\n` +
      'Correct these fields.';
    expect(() => createNetwork({ _class_name: name })).toThrow(
      expect.objectContaining({ code: 'NETWORK_CONFIG', message }),
    );
  });
});
