import * as v from 'valibot';
import { parseConfig, positive } from './parse-config.ts';

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
 * small grey images: in_channels and out_channels (3 there), layers_per_block (2), attention_head_dim (8) and
 * norm_num_groups (32). A `config.json` that `diffusers` wrote has every field, so it means the same in both.
 * A key that is not here is refused: a field that was ignored would give another network than the one asked for.
 */
const schema = v.strictObject({
  _class_name: v.optional(v.literal('UNet2DModel'), 'UNet2DModel'),
  /** Height and width of the images, pixels; divisible by 2^(levels − 1). */
  sample_size: positive,
  /** Channels of x_t. */
  in_channels: v.optional(positive, 1),
  /** Channels of the answer. */
  out_channels: v.optional(positive, 1),
  /** Residual blocks at each level on the way down; one more on the way up. */
  layers_per_block: v.optional(positive, 1),
  /** Channels at each level, finest first. */
  block_out_channels: v.pipe(v.array(positive), v.minLength(1)),
  /** `AttnDownBlock2D` has self-attention after each residual block. */
  down_block_types: v.array(v.picklist(['DownBlock2D', 'AttnDownBlock2D'])),
  /** Coarsest first. */
  up_block_types: v.array(v.picklist(['UpBlock2D', 'AttnUpBlock2D'])),
  /** Channels of an attention head; null is one head over all channels, as in Ho et al. */
  attention_head_dim: v.optional(v.nullable(positive), null),
  norm_num_groups: v.optional(positive, 8),
  norm_eps: v.optional(v.pipe(v.number(), v.gtValue(0)), 1e-5),
  /** Share of activations dropped before the second convolution of a residual block while training. */
  dropout: v.optional(v.pipe(v.number(), v.minValue(0), v.ltValue(1)), 0),
  /** Padding of the stride-2 convolutions: 0 is Ho et al.'s asymmetric (0, 1, 0, 1), 1 is symmetric. */
  downsample_padding: v.optional(v.picklist([0, 1]), 1),
  /** Order of the halves of the time encoding: cosines first if true. */
  flip_sin_to_cos: v.optional(v.boolean(), true),
  /** Subtracted from the number of frequencies in the exponent's divisor; Ho et al. have 1. */
  freq_shift: v.optional(v.picklist([0, 1]), 0),
  /** Maps x to 2x − 1 first. */
  center_input_sample: v.optional(v.boolean(), false),
  /** Rows of the class embedding: the classes, and one more for "no class" where labels are dropped. */
  num_class_embeds: v.optional(v.nullable(positive), null),
  /** Size of a learned time embedding's table; the sinusoidal one has none, so it may be anything. */
  num_train_timesteps: v.optional(v.nullable(positive), null),
  ...fixed,
});

/** A validated configuration with every default filled in. */
export type UNetConfig = v.InferOutput<typeof schema>;

/** What a person writes: defaults may be left out. */
export type UNetConfigInput = v.InferInput<typeof schema>;

/**
 * Validates a configuration, once, at the edge.
 *
 * @param input the content of `unet/config.json`, or part of a training configuration; keys that start with `_`
 *   (`_diffusers_version`) are notes and dropped
 * @throws UNetConfigError that names each field that is wrong
 */
export function parseUNetConfig(input: unknown): UNetConfig {
  return parseConfig(schema, input, relations);
}

/** Fields that must fit each other. */
function relations(config: UNetConfig): string[] {
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
