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
  throw new Error('expected an error');
}

describe('the configuration of UNet2DModel', () => {
  it('gets defaults, and does not change when it is parsed again', () => {
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

  it('gets the defaults of diffusers only if diffusers wrote the file', () => {
    const theirs = { _class_name: 'UNet2DModel', _diffusers_version: '0.35.0' };
    // The values are those in the signature of UNet2DModel.__init__ in diffusers 0.35.0.
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

  it('ignores keys that begin with an underscore', () => {
    expect(createNetwork({ ...small, _name_or_path: 'x', _note: 1 }).config).toEqual(
      createNetwork(small).config,
    );
  });

  const wrong: readonly [string, Record<string, unknown>, string][] = [
    [
      'an unknown field',
      { widths: [8] },
      'widths: unknown; expected one of _class_name, sample_size, in_channels',
    ],
    [
      'a key of Object.prototype',
      { toString: 1 },
      'toString: unknown; expected one of _class_name, sample_size',
    ],
    ['the key constructor', { constructor: 1 }, 'constructor: unknown; expected one of _class_name'],
    ['a missing field', { sample_size: undefined }, 'sample_size: got undefined; expected number'],
    ['a wrong type', { in_channels: '3' }, 'in_channels: got "3"; expected number'],
    ['a fraction', { in_channels: 1.5 }, 'in_channels: got 1.5; expected a whole number'],
    ['a count below one', { layers_per_block: 0 }, 'layers_per_block: got 0; expected >=1'],
    [
      'zero levels',
      { block_out_channels: [], down_block_types: [], up_block_types: [] },
      'block_out_channels: got 0; expected >=1',
    ],
    [
      'an unknown block',
      { down_block_types: ['DownBlock2D', 'CrossAttnDownBlock2D'] },
      'down_block_types.1: got "CrossAttnDownBlock2D"; expected ("DownBlock2D" | "AttnDownBlock2D" | ',
    ],
    [
      'an up block on the way down',
      { down_block_types: ['DownBlock2D', 'UpBlock2D'] },
      'down_block_types.1: got "UpBlock2D"',
    ],
    ['dropout of 1', { dropout: 1 }, 'dropout: got 1; expected <1'],
    ['an epsilon of zero', { norm_eps: 0 }, 'norm_eps: got 0; expected >0'],
    ['a padding of two', { downsample_padding: 2 }, 'downsample_padding: got 2; expected (0 | 1)'],
    ['an infinite epsilon', { norm_eps: Number.POSITIVE_INFINITY }, 'norm_eps: got Infinity; expected'],
    ['an infinite shift', { freq_shift: Number.POSITIVE_INFINITY }, 'freq_shift: got Infinity; expected'],
    ['a shift of all frequencies', { freq_shift: 4 }, 'gives 4 frequencies for the time encoding'],
    ['zero groups', { norm_num_groups: 0 }, 'norm_num_groups: got 0; expected >=1'],
    [
      'an enormous number of channels',
      { block_out_channels: [8, 1e308] },
      'block_out_channels.1: got 1e+308; expected <=',
    ],
    [
      'too many channels',
      { block_out_channels: [1e9, 16] },
      'block_out_channels.0: got 1000000000; expected <=16384',
    ],
    ['too many layers', { layers_per_block: 2000 }, 'layers_per_block: got 2000; expected <=64'],
    ['too many classes', { num_class_embeds: 1e12 }, 'num_class_embeds: got 1000000000000; expected <=65537'],
    ['too large images', { sample_size: 2 ** 40 }, 'sample_size: got 1099511627776; expected <=4096'],
    [
      'too many levels',
      { block_out_channels: new Array(30).fill(8) },
      'block_out_channels: got 30; expected <=13',
    ],
    [
      'more parameters than fit into a model file',
      { block_out_channels: [8192, 16384] },
      'expected at most 500,000,000',
    ],
    ['zero classes', { num_class_embeds: 0 }, 'num_class_embeds: got 0; expected >=1'],
    ['an unknown activation', { act_fn: 'tanh' }, 'act_fn: got "tanh"; expected ("silu" | "swish" | "mish"'],
    [
      'an unknown time embedding',
      { time_embedding_type: 'rotary' },
      'got "rotary"; expected ("positional" | "fourier" | "learned")',
    ],
    [
      'a learned time embedding without the number of its rows',
      { time_embedding_type: 'learned' },
      'num_train_timesteps is null; expected the number of rows of the learned time encoding',
    ],
    [
      'an unknown middle block',
      { mid_block_type: 'UNetMidBlock2DCrossAttn' },
      'mid_block_type: got "UNetMidBlock2DCrossAttn"; expected "UNetMidBlock2D"',
    ],
    [
      'a scale factor of 0 for the middle',
      { mid_block_scale_factor: 0 },
      'mid_block_scale_factor: got 0; expected >0',
    ],
    [
      'classes that are encoded like timesteps, without the number of classes',
      { class_embed_type: 'timestep' },
      'class_embed_type is timestep; expected num_class_embeds',
    ],
    [
      'skip blocks for grey images',
      { down_block_types: ['SkipDownBlock2D', 'DownBlock2D'] },
      'in_channels is 1; expected 3 with skip blocks on the way down',
    ],
    [
      'a skip block below another block',
      {
        in_channels: 3,
        block_out_channels: [8, 8, 8],
        down_block_types: ['DownBlock2D', 'SkipDownBlock2D', 'DownBlock2D'],
        up_block_types: ['UpBlock2D', 'UpBlock2D', 'UpBlock2D'],
      },
      'down_block_types has a block of another type before a skip block',
    ],
    [
      'a block above a skip block',
      { out_channels: 3, up_block_types: ['SkipUpBlock2D', 'UpBlock2D'] },
      'up_block_types has another block after a skip block',
    ],
    [
      'blocks with group norms without a number of groups',
      { norm_num_groups: null },
      'norm_num_groups is null; expected a number',
    ],
    [
      'a value of add_attention that is not a boolean',
      { add_attention: 'off' },
      'add_attention: got "off"; expected boolean',
    ],
    [
      'an unknown use of the time',
      { resnet_time_scale_shift: 'spatial' },
      'resnet_time_scale_shift: got "spatial"; expected ("default" | "scale_shift")',
    ],
    [
      'too few down blocks',
      { down_block_types: ['DownBlock2D'] },
      'down_block_types has 1 entry; expected 2, as in block_out_channels',
    ],
    [
      'too few up blocks',
      { up_block_types: ['UpBlock2D'] },
      'up_block_types has 1 entry; expected 2, as in block_out_channels',
    ],
    [
      'a size that cannot be halved',
      { sample_size: 9 },
      'sample_size is 9; expected a multiple of 2 for 2 levels',
    ],
    [
      'groups that do not divide the channels',
      { norm_num_groups: 5 },
      'block_out_channels has 8; expected multiples of norm_num_groups 5',
    ],
    [
      'heads that are wider than the channels',
      { attention_head_dim: 17 },
      'block_out_channels has 16; expected at least attention_head_dim 17',
    ],
    [
      'a width without frequencies',
      { block_out_channels: [2, 16], norm_num_groups: 2, freq_shift: 1 },
      'block_out_channels 2 gives 1 frequencies for the time encoding; expected more than freq_shift 1',
    ],
  ];
  for (const [title, fields, message] of wrong) {
    it(`rejects ${title}`, () => {
      expect(messageOf({ ...small, ...fields })).toContain(message);
    });
  }

  it('reports a missing required field', () => {
    const { sample_size: _, ...rest } = small;
    expect(messageOf(rest)).toBe(
      'network configuration:\n  sample_size: missing; expected a value\nCorrect these fields.',
    );
  });

  it('escapes line breaks in names of fields', () => {
    expect(messageOf({ ...small, 'x\nerror': 1 })).toContain('\n  x\\x0aerror: unknown; expected one of ');
  });

  it('reports all wrong fields at once', () => {
    expect(messageOf({ ...small, in_channels: 0, dropout: -1 }).split('\n')).toEqual([
      'network configuration:',
      '  in_channels: got 0; expected >=1',
      '  dropout: got -1; expected >=0',
      'Correct these fields.',
    ]);
  });

  it('rounds the number of heads down, as diffusers does, if their width does not divide the channels', () => {
    const { network } = createNetwork({ ...small, attention_head_dim: 5 });
    const shapes = new Map(network.parameters.map(({ name, shape }) => [name, shape]));
    expect(shapes.get('mid_block.attentions.0.to_q.weight')).toEqual([15, 16]);
    expect(shapes.get('mid_block.attentions.0.to_out.0.weight')).toEqual([16, 15]);
  });

  for (const value of [null, undefined, 'UNet2DModel', [small], 3]) {
    it(`rejects ${JSON.stringify(value) ?? 'undefined'} as a configuration`, () => {
      expect(messageOf(value)).toContain('expected an object with the fields of unet/config.json');
    });
  }
});
