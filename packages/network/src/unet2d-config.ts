import * as v from 'valibot';
import { NETWORK_LIMITS } from './limits.ts';
import { count, parseConfig } from './parse-config.ts';

const channels = count(NETWORK_LIMITS.channels);

/** Fields of `UNet2DModel` that must have one value here: with another they would describe another network. */
const fixed = {
  act_fn: v.optional(v.literal('silu'), 'silu'),
  time_embedding_type: v.optional(v.literal('positional'), 'positional'),
  resnet_time_scale_shift: v.optional(v.literal('default'), 'default'),
  downsample_type: v.optional(v.literal('conv'), 'conv'),
  upsample_type: v.optional(v.literal('conv'), 'conv'),
  mid_block_type: v.optional(v.literal('UNetMidBlock2D'), 'UNetMidBlock2D'),
  mid_block_scale_factor: v.optional(v.literal(1), 1),
  add_attention: v.optional(v.literal(true), true),
  attn_norm_num_groups: v.optional(v.null(), null),
  time_embedding_dim: v.optional(v.null(), null),
  class_embed_type: v.optional(v.null(), null),
};

/**
 * Configuration of the U-Net, in the names of `diffusers` `UNet2DModel`. Defaults are its own but for five that suit
 * small grey images: in_channels, out_channels, layers_per_block, attention_head_dim and norm_num_groups. A file that
 * `diffusers` wrote gets {@link DIFFUSERS_DEFAULTS} in their place, so it means the same in both.
 * A key that is not here is refused: a field that was ignored would give another network than the one asked for.
 */
const schema = v.strictObject({
  _class_name: v.optional(v.literal('UNet2DModel'), 'UNet2DModel'),
  sample_size: count(NETWORK_LIMITS.side),
  in_channels: v.optional(channels, 1),
  out_channels: v.optional(channels, 1),
  layers_per_block: v.optional(count(NETWORK_LIMITS.layers), 1),
  block_out_channels: v.pipe(v.array(channels), v.minLength(1), v.maxLength(NETWORK_LIMITS.levels)),
  down_block_types: v.array(v.picklist(['DownBlock2D', 'AttnDownBlock2D'])),
  up_block_types: v.array(v.picklist(['UpBlock2D', 'AttnUpBlock2D'])),
  attention_head_dim: v.optional(v.nullable(channels), null),
  norm_num_groups: v.optional(channels, 8),
  norm_eps: v.optional(v.pipe(v.number(), v.gtValue(0)), 1e-5),
  dropout: v.optional(v.pipe(v.number(), v.minValue(0), v.ltValue(1)), 0),
  downsample_padding: v.optional(v.picklist([0, 1]), 1),
  flip_sin_to_cos: v.optional(v.boolean(), true),
  freq_shift: v.optional(v.picklist([0, 1]), 0),
  center_input_sample: v.optional(v.boolean(), false),
  num_class_embeds: v.optional(v.nullable(count(NETWORK_LIMITS.classes)), null),
  num_train_timesteps: v.optional(v.nullable(count(NETWORK_LIMITS.timesteps)), null),
  ...fixed,
});

/** A validated configuration with every default filled in. */
export interface UNet2DConfig {
  readonly _class_name: 'UNet2DModel';
  /** Height and width of the images, pixels; divisible by 2^(levels − 1). */
  readonly sample_size: number;
  /** Channels of x_t. Default 1. */
  readonly in_channels: number;
  /** Channels of the answer. Default 1. */
  readonly out_channels: number;
  /** Residual blocks at each level on the way down; one more on the way up. Default 1. */
  readonly layers_per_block: number;
  /** Channels at each level, finest first. */
  readonly block_out_channels: readonly number[];
  /** `AttnDownBlock2D` has self-attention after each residual block. */
  readonly down_block_types: readonly ('DownBlock2D' | 'AttnDownBlock2D')[];
  /** Coarsest first. */
  readonly up_block_types: readonly ('UpBlock2D' | 'AttnUpBlock2D')[];
  /** Channels of an attention head; null, the default, is one head over all channels, as in Ho et al. */
  readonly attention_head_dim: number | null;
  /** Default 8. */
  readonly norm_num_groups: number;
  /** Default 1e-5. */
  readonly norm_eps: number;
  /** Share of activations dropped before the second convolution of a residual block while training. Default 0. */
  readonly dropout: number;
  /** Padding of the stride-2 convolutions: 0 is Ho et al.'s asymmetric (0, 1, 0, 1); 1, the default, is symmetric. */
  readonly downsample_padding: 0 | 1;
  /** Order of the halves of the time encoding: cosines first if true, the default. */
  readonly flip_sin_to_cos: boolean;
  /** Subtracted from the number of frequencies in the exponent's divisor. Default 0; Ho et al. have 1. */
  readonly freq_shift: 0 | 1;
  /** Maps x to 2x − 1 first. Default false. */
  readonly center_input_sample: boolean;
  /** Rows of the class embedding: the classes, and one more for "no class" where labels are dropped. Default null. */
  readonly num_class_embeds: number | null;
  /** Size of a learned time embedding's table; the sinusoidal one has none, so it may be anything. */
  readonly num_train_timesteps: number | null;
  readonly act_fn: 'silu';
  readonly time_embedding_type: 'positional';
  readonly resnet_time_scale_shift: 'default';
  readonly downsample_type: 'conv';
  readonly upsample_type: 'conv';
  readonly mid_block_type: 'UNetMidBlock2D';
  readonly mid_block_scale_factor: 1;
  readonly add_attention: true;
  readonly attn_norm_num_groups: null;
  readonly time_embedding_dim: null;
  readonly class_embed_type: null;
}

/** What a person writes: defaults may be left out. */
export type UNet2DConfigInput = Partial<UNet2DConfig> &
  Pick<UNet2DConfig, 'sample_size' | 'block_out_channels' | 'down_block_types' | 'up_block_types'>;

/** Defaults of diffusers' `UNet2DModel` (0.35) where ours are others, or where we have none. */
const DIFFUSERS_DEFAULTS = {
  in_channels: 3,
  out_channels: 3,
  layers_per_block: 2,
  block_out_channels: [224, 448, 672, 896],
  down_block_types: ['DownBlock2D', 'AttnDownBlock2D', 'AttnDownBlock2D', 'AttnDownBlock2D'],
  up_block_types: ['AttnUpBlock2D', 'AttnUpBlock2D', 'AttnUpBlock2D', 'UpBlock2D'],
  attention_head_dim: 8,
  norm_num_groups: 32,
} as const satisfies Partial<UNet2DConfig>;

/**
 * Validates a configuration, once, at the edge.
 *
 * @param input the content of `unet/config.json`, or part of a training configuration; keys that start with `_`
 *   (`_diffusers_version`) are notes and dropped; with `_diffusers_version` the file is one of diffusers, and a field that
 *   is missing has the default of diffusers
 * @throws `NETWORK_CONFIG` that names each field that is wrong
 */
export function parseUNet2DConfig(input: unknown): UNet2DConfig {
  return parseConfig(schema, isOfDiffusers(input) ? { ...DIFFUSERS_DEFAULTS, ...input } : input, relations);
}

/** `save_config` of diffusers writes its version; nothing else does. */
function isOfDiffusers(input: unknown): input is object {
  return typeof input === 'object' && input !== null && '_diffusers_version' in input;
}

/** Fields that must fit each other. */
function relations(config: UNet2DConfig): string[] {
  const { block_out_channels: channels, down_block_types: down, up_block_types: up } = config;
  const problems: string[] = [];
  const levels = channels.length;
  if (down.length !== levels)
    problems.push(`down_block_types has ${down.length} entries, block_out_channels ${levels}`);
  if (up.length !== levels)
    problems.push(`up_block_types has ${up.length} entries, block_out_channels ${levels}`);
  const factor = 2 ** (levels - 1);
  if (config.sample_size % factor !== 0) {
    problems.push(
      `sample_size ${config.sample_size} is not divisible by ${factor}, which ${levels} levels need`,
    );
  }
  for (const [level, count] of channels.entries()) {
    if (count % config.norm_num_groups !== 0) {
      problems.push(
        `block_out_channels ${count} is not divisible by norm_num_groups ${config.norm_num_groups}`,
      );
    }
    const attends =
      level === levels - 1 || // beside the middle, which always attends
      down[level] === 'AttnDownBlock2D' ||
      up[levels - 1 - level] === 'AttnUpBlock2D';
    if (attends && config.attention_head_dim !== null && count % config.attention_head_dim !== 0) {
      problems.push(
        `block_out_channels ${count} is not divisible by attention_head_dim ${config.attention_head_dim}`,
      );
    }
  }
  const frequencies = Math.floor((channels[0] ?? 0) / 2);
  if (frequencies <= config.freq_shift) {
    problems.push(
      `block_out_channels ${channels[0]} leaves ${frequencies} frequencies for the time encoding; ` +
        `wanted more than freq_shift ${config.freq_shift}`,
    );
  }
  return problems;
}
