import * as v from 'valibot';
import { ACTIVATION_NAMES } from './activation.ts';
import { NETWORK_LIMITS } from './limits.ts';
import { count, parseConfig } from './parse-config.ts';
import { sampleSize } from './sides.ts';
import { TIME_TYPES } from './time-input.ts';
import { DOWN_BLOCK_NAMES, UP_BLOCK_NAMES } from './unet2d-blocks.ts';
import { TAGGED, TILEABLE_UNET, UNET2D, type UNet2DConfig } from './unet2d-fields.ts';
import { unet2dProblems } from './unet2d-relations.ts';

const channels = count(NETWORK_LIMITS.channels);

/** Fields that have their default values in usual DDPM models. In saved files, they come last. */
const rest = {
  act_fn: v.optional(v.picklist(ACTIVATION_NAMES), 'silu'),
  time_embedding_type: v.optional(v.picklist(TIME_TYPES), 'positional'),
  resnet_time_scale_shift: v.optional(v.picklist(['default', 'scale_shift']), 'default'),
  downsample_type: v.optional(v.picklist(['conv', 'resnet']), 'conv'),
  upsample_type: v.optional(v.picklist(['conv', 'resnet']), 'conv'),
  mid_block_type: v.optional(v.nullable(v.literal('UNetMidBlock2D')), 'UNetMidBlock2D'),
  mid_block_scale_factor: v.optional(v.pipe(v.number(), v.gtValue(0), v.finite()), 1),
  add_attention: v.optional(v.boolean(), true),
  attn_norm_num_groups: v.optional(v.nullable(channels), null),
  time_embedding_dim: v.optional(v.nullable(channels), null),
  class_embed_type: v.optional(v.nullable(v.picklist([TAGGED, 'timestep'])), null),
};

/**
 * Schema of the U-Net configuration, with the field names of `UNet2DModel` in `diffusers`. The defaults are
 * also those of `diffusers`, except five that suit small grey images: in_channels, out_channels,
 * layers_per_block, attention_head_dim and norm_num_groups. In files of `diffusers`, missing fields get
 * {@link DIFFUSERS_DEFAULTS}, so a file has the same meaning in isonoise and in `diffusers`. Unknown keys are
 * rejected, because an ignored field could change the network.
 */
const schema = v.strictObject({
  _class_name: v.optional(v.picklist([UNET2D, TILEABLE_UNET]), UNET2D),
  sample_size: sampleSize,
  in_channels: v.optional(channels, 1),
  out_channels: v.optional(channels, 1),
  layers_per_block: v.optional(count(NETWORK_LIMITS.layers), 1),
  block_out_channels: v.pipe(v.array(channels), v.minLength(1), v.maxLength(NETWORK_LIMITS.levels)),
  down_block_types: v.array(v.picklist(DOWN_BLOCK_NAMES)),
  up_block_types: v.array(v.picklist(UP_BLOCK_NAMES)),
  attention_head_dim: v.optional(v.nullable(channels), null),
  norm_num_groups: v.optional(v.nullable(channels), 8),
  norm_eps: v.optional(v.pipe(v.number(), v.gtValue(0), v.finite()), 1e-5),
  dropout: v.optional(v.pipe(v.number(), v.minValue(0), v.ltValue(1)), 0),
  downsample_padding: v.optional(v.picklist([0, 1]), 1),
  flip_sin_to_cos: v.optional(v.boolean(), true),
  freq_shift: v.optional(v.pipe(v.number(), v.finite()), 0),
  center_input_sample: v.optional(v.boolean(), false),
  num_class_embeds: v.optional(v.nullable(count(NETWORK_LIMITS.classes)), null),
  num_tags: v.optional(v.nullable(count(NETWORK_LIMITS.tags))),
  augment_dim: v.optional(v.nullable(count(NETWORK_LIMITS.augmentLabels))),
  num_train_timesteps: v.optional(v.nullable(count(NETWORK_LIMITS.timesteps)), null),
  ...rest,
});

/** Names of all fields except `_class_name`. */
export const UNET2D_FIELDS: readonly string[] = Object.keys(schema.entries).filter(
  (key) => key !== '_class_name',
);

/** Defaults of `UNet2DModel` in diffusers 0.35 that differ from ours or are missing in ours. */
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
 * Validates a configuration of `UNet2DModel`.
 *
 * @param input contents of `unet/config.json`, or part of a training configuration. Keys that start with
 *   `_`, except `_class_name`, are notes and are ignored. With `_diffusers_version`, missing fields have
 *   the defaults of diffusers
 * @throws `NETWORK_CONFIG` if fields are wrong; the message names each of them
 */
export function parseUNet2DConfig(input: unknown): UNet2DConfig {
  const given = isOfDiffusers(input) ? { ...DIFFUSERS_DEFAULTS, ...input } : input;
  const { num_tags: tags, augment_dim: labels, ...config } = parseConfig(schema, given, unet2dProblems);
  return {
    ...config,
    ...(tags != null && { class_embed_type: TAGGED, num_tags: tags }),
    ...(labels != null && { augment_dim: labels }),
  };
}

/** Whether diffusers wrote the file: only its `save_config` writes the version. */
function isOfDiffusers(input: unknown): input is object {
  return typeof input === 'object' && input !== null && '_diffusers_version' in input;
}
