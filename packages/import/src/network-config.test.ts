import { createNetwork } from '@isonoise/network';
import { describe, expect, it } from 'vitest';
import { networkFields } from './network-config.ts';

const fields = (config: Parameters<typeof networkFields>[0], options = {}) =>
  networkFields({ sample_size: 8, ...config }, options, 'config.json');

describe('networkFields', () => {
  it('gives missing keys the defaults of diffusers, also without _diffusers_version', () => {
    const { config } = createNetwork(fields({ block_out_channels: [32, 32, 32, 32] }).fields);
    expect(config).toMatchObject({
      attention_head_dim: 8,
      norm_num_groups: 32,
      in_channels: 3,
      layers_per_block: 2,
    });
  });

  it('leaves out keys that diffusers does not have, with a note', () => {
    const { fields: got, notes } = fields({ resnet_pre_norm: true, num_tags: 3 });
    expect(got).not.toHaveProperty('resnet_pre_norm');
    expect(got).not.toHaveProperty('num_tags');
    expect(notes).toEqual([
      'config.json: left out the keys resnet_pre_norm, num_tags, which UNet2DModel of diffusers does not have',
    ]);
  });

  it('replaces names of early versions', () => {
    const { fields: got } = fields({ down_block_types: ['UNetResAttnDownBlock2D'], act_fn: 'SiLU' });
    expect(got).toMatchObject({ down_block_types: ['AttnDownBlock2D'], act_fn: 'silu' });
  });

  it('requires a size if the configuration has none, and accepts height and width', () => {
    expect(() => networkFields({}, {}, 'config.json')).toThrow('config.json has no sample_size');
    expect(
      networkFields({ sample_size: null }, { size: { height: 8, width: 16 } }, 'x').fields,
    ).toMatchObject({
      sample_size: [8, 16],
    });
  });

  it('refuses other classes by name, with a reason if there is one', () => {
    expect(() => fields({ _class_name: 'UNet2DConditionModel' })).toThrow(
      'config.json has the class "UNet2DConditionModel", but it is conditioned on the output of a text encoder; expected UNet2DModel',
    );
    expect(() => fields({ _class_name: 'toString' })).toThrow(
      'has the class "toString"; expected UNet2DModel',
    );
    expect(() => fields({ _class_name: ['UNet2DModel'] })).toThrow('has the class ["UNet2DModel"]; expected');
  });
});
