import { describe, expect, it } from 'vitest';
import { createNetwork } from './create-network.ts';
import { parseUNet2DConfig } from './unet2d-config.ts';

const small = {
  sample_size: 8,
  block_out_channels: [8, 16],
  down_block_types: ['DownBlock2D', 'AttnDownBlock2D'],
  up_block_types: ['AttnUpBlock2D', 'UpBlock2D'],
};

function messageOf(config: unknown): string {
  try {
    createNetwork(config);
  } catch (error) {
    expect(error).toMatchObject({ code: 'NETWORK_CONFIG' });
    return (error as Error).message;
  }
  throw new Error('the configuration was accepted');
}

describe('the configuration of UNet2DModel', () => {
  it('fills in defaults, and parses its own output to the same', () => {
    const { config } = createNetwork(small);
    expect(config).toMatchObject({
      ...small,
      _class_name: 'UNet2DModel',
      in_channels: 1,
      layers_per_block: 1,
      attention_head_dim: null,
      norm_num_groups: 8,
      norm_eps: 1e-5,
      dropout: 0,
      downsample_padding: 1,
      flip_sin_to_cos: true,
      freq_shift: 0,
      num_class_embeds: null,
    });
    expect(createNetwork(config).config).toEqual(config);
  });

  it("gives a file of diffusers diffusers' defaults, and no other", () => {
    const theirs = { _class_name: 'UNet2DModel', _diffusers_version: '0.35.0' };
    // The signature of UNet2DModel.__init__ in diffusers 0.35.0.
    expect(parseUNet2DConfig({ ...theirs, sample_size: 32 })).toEqual({
      _class_name: 'UNet2DModel',
      sample_size: 32,
      in_channels: 3,
      out_channels: 3,
      center_input_sample: false,
      time_embedding_type: 'positional',
      time_embedding_dim: null,
      freq_shift: 0,
      flip_sin_to_cos: true,
      down_block_types: ['DownBlock2D', 'AttnDownBlock2D', 'AttnDownBlock2D', 'AttnDownBlock2D'],
      mid_block_type: 'UNetMidBlock2D',
      up_block_types: ['AttnUpBlock2D', 'AttnUpBlock2D', 'AttnUpBlock2D', 'UpBlock2D'],
      block_out_channels: [224, 448, 672, 896],
      layers_per_block: 2,
      mid_block_scale_factor: 1,
      downsample_padding: 1,
      downsample_type: 'conv',
      upsample_type: 'conv',
      dropout: 0,
      act_fn: 'silu',
      attention_head_dim: 8,
      norm_num_groups: 32,
      attn_norm_num_groups: null,
      norm_eps: 1e-5,
      resnet_time_scale_shift: 'default',
      add_attention: true,
      class_embed_type: null,
      num_class_embeds: null,
      num_train_timesteps: null,
    });
    expect(
      parseUNet2DConfig({ ...theirs, sample_size: 32, in_channels: 1, attention_head_dim: null }),
    ).toMatchObject({ in_channels: 1, out_channels: 3, attention_head_dim: null });
    expect(parseUNet2DConfig({ _class_name: 'UNet2DModel', ...small })).toMatchObject({
      in_channels: 1,
      layers_per_block: 1,
      norm_num_groups: 8,
    });
  });

  it('drops notes', () => {
    expect(createNetwork({ ...small, _name_or_path: 'x', _note: 1 }).config).toEqual(
      createNetwork(small).config,
    );
  });

  const wrong: readonly [string, Record<string, unknown>, string][] = [
    ['an unknown field', { widths: [8] }, 'widths: unknown; known are _class_name, sample_size, in_channels'],
    ['a key of Object.prototype', { toString: 1 }, 'toString: unknown; known are _class_name, sample_size'],
    ['the key constructor', { constructor: 1 }, 'constructor: unknown; known are _class_name'],
    ['a missing field', { sample_size: undefined }, 'sample_size: got undefined, wanted number'],
    ['a wrong type', { in_channels: '3' }, 'in_channels: got "3", wanted number'],
    ['a fraction', { in_channels: 1.5 }, 'in_channels: got 1.5, wanted a whole number'],
    ['a count below one', { layers_per_block: 0 }, 'layers_per_block: got 0, wanted >=1'],
    [
      'no level',
      { block_out_channels: [], down_block_types: [], up_block_types: [] },
      'block_out_channels: got 0, wanted >=1',
    ],
    [
      'a block that is not known',
      { down_block_types: ['DownBlock2D', 'SkipDownBlock2D'] },
      'down_block_types.1: got "SkipDownBlock2D", wanted ("DownBlock2D" | "AttnDownBlock2D")',
    ],
    [
      'an up block on the way down',
      { down_block_types: ['DownBlock2D', 'UpBlock2D'] },
      'down_block_types.1: got "UpBlock2D"',
    ],
    ['dropout of everything', { dropout: 1 }, 'dropout: got 1, wanted <1'],
    ['an epsilon of zero', { norm_eps: 0 }, 'norm_eps: got 0, wanted >0'],
    ['a padding of two', { downsample_padding: 2 }, 'downsample_padding: got 2, wanted (0 | 1)'],
    ['a shift of two', { freq_shift: 2 }, 'freq_shift: got 2, wanted (0 | 1)'],
    ['no groups', { norm_num_groups: 0 }, 'norm_num_groups: got 0, wanted >=1'],
    [
      'infinitely many channels',
      { block_out_channels: [8, 1e308] },
      'block_out_channels.1: got 1e+308, wanted <=',
    ],
    [
      'channels without bound',
      { block_out_channels: [1e9, 16] },
      'block_out_channels.0: got 1000000000, wanted <=16384',
    ],
    ['layers without bound', { layers_per_block: 2000 }, 'layers_per_block: got 2000, wanted <=64'],
    [
      'classes without bound',
      { num_class_embeds: 1e12 },
      'num_class_embeds: got 1000000000000, wanted <=65537',
    ],
    ['images without bound', { sample_size: 2 ** 40 }, 'sample_size: got 1099511627776, wanted <=4096'],
    [
      'levels without bound',
      { block_out_channels: new Array(30).fill(8) },
      'block_out_channels: got 30, wanted <=13',
    ],
    [
      'more parameters than a model file holds',
      { block_out_channels: [8192, 16384] },
      'the network has more than 500,000,000 parameters',
    ],
    ['no classes', { num_class_embeds: 0 }, 'num_class_embeds: got 0, wanted >=1'],
    ['another activation', { act_fn: 'gelu' }, 'act_fn: got "gelu", wanted "silu"'],
    ['a learned time embedding', { time_embedding_type: 'learned' }, 'got "learned", wanted "positional"'],
    ['no middle', { mid_block_type: null }, 'mid_block_type: got null, wanted "UNetMidBlock2D"'],
    ['no attention', { add_attention: false }, 'add_attention: got false, wanted true'],
    ['scale and shift', { resnet_time_scale_shift: 'scale_shift' }, 'wanted "default"'],
    [
      'too few down blocks',
      { down_block_types: ['DownBlock2D'] },
      'down_block_types has 1 entries, block_out_channels 2',
    ],
    [
      'too few up blocks',
      { up_block_types: ['UpBlock2D'] },
      'up_block_types has 1 entries, block_out_channels 2',
    ],
    [
      'a size that cannot be halved',
      { sample_size: 9 },
      'sample_size 9 is not divisible by 2, which 2 levels need',
    ],
    [
      'groups that do not divide',
      { norm_num_groups: 5 },
      'block_out_channels 8 is not divisible by norm_num_groups 5',
    ],
    [
      'heads that do not divide',
      { attention_head_dim: 5 },
      'block_out_channels 16 is not divisible by attention_head_dim 5',
    ],
    [
      'a width without frequencies',
      { block_out_channels: [2, 16], norm_num_groups: 2, freq_shift: 1 },
      'block_out_channels 2 leaves 1 frequencies for the time encoding; wanted more than freq_shift 1',
    ],
  ];
  for (const [title, fields, message] of wrong) {
    it(`refuses ${title}`, () => {
      expect(messageOf({ ...small, ...fields })).toContain(message);
    });
  }

  it('says which required field is not there', () => {
    const { sample_size: _, ...rest } = small;
    expect(messageOf(rest)).toBe('network configuration:\n  sample_size: missing');
  });

  it('names every field that is wrong at once', () => {
    expect(messageOf({ ...small, in_channels: 0, dropout: -1 }).split('\n')).toEqual([
      'network configuration:',
      '  in_channels: got 0, wanted >=1',
      '  dropout: got -1, wanted >=0',
    ]);
  });

  it('lets heads not divide a level without attention', () => {
    expect(() =>
      createNetwork({ ...small, block_out_channels: [24, 16], attention_head_dim: 16 }),
    ).not.toThrow();
  });

  for (const value of [null, undefined, 'UNet2DModel', [small], 3]) {
    it(`refuses ${JSON.stringify(value) ?? 'undefined'} as a configuration`, () => {
      expect(messageOf(value)).toContain('wanted an object with the fields of unet/config.json');
    });
  }
});

describe('the configuration of AwjulianiUNet', () => {
  it('is chosen by its class name, with the reference as defaults', () => {
    expect(createNetwork({ _class_name: 'AwjulianiUNet' }).config).toEqual({
      _class_name: 'AwjulianiUNet',
      sample_size: 32,
      in_channels: 1,
      base_channels: 64,
      t_range: 1000,
      num_class_embeds: null,
      dropout: 0,
    });
  });

  const wrong: readonly [Record<string, unknown>, string][] = [
    [{ sample_size: 28 }, 'sample_size: got 28, wanted %8'],
    [{ base_channels: 1e9 }, 'base_channels: got 1000000000, wanted <=16384'],
    [{ base_channels: 16384 }, 'the network has more than 500,000,000 parameters'],
    [{ base_channels: 5 }, 'base_channels: got 5, wanted %2'],
    [{ num_class_embeds: 10 }, 'num_class_embeds: got 10, wanted null'],
    [{ dropout: 0.1 }, 'dropout: got 0.1, wanted 0'],
    [{ block_out_channels: [8] }, 'block_out_channels: unknown; known are _class_name, sample_size'],
  ];
  for (const [fields, message] of wrong) {
    it(`refuses ${JSON.stringify(fields)}`, () => {
      expect(messageOf({ _class_name: 'AwjulianiUNet', ...fields })).toContain(message);
    });
  }

  for (const name of ['UNet3D', 'toString', 7]) {
    it(`refuses the class name ${name}`, () => {
      expect(messageOf({ ...small, _class_name: name })).toBe(
        `network configuration:\n  _class_name: got ${JSON.stringify(name)}, wanted UNet2DModel or AwjulianiUNet`,
      );
    });
  }
});
