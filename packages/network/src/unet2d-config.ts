import { plural } from '@isonoise/error';
import * as v from 'valibot';
import { ACTIVATION_NAMES, type ActivationName } from './activation.ts';
import { NETWORK_LIMITS } from './limits.ts';
import { count, parseConfig } from './parse-config.ts';
import { type SampleSize, sampleSize, sidesOf } from './sides.ts';
import { TIME_TYPES } from './time-input.ts';
import {
  type BlockKind,
  DOWN_BLOCK_NAMES,
  DOWN_BLOCKS,
  type DownBlockName,
  SKIP_IMAGE_CHANNELS,
  UP_BLOCK_NAMES,
  UP_BLOCKS,
  type UpBlockName,
} from './unet2d-blocks.ts';

/** The class name of the U-Net, here and in diffusers. */
export const UNET2D = 'UNet2DModel';

/**
 * The class name of a `UNet2DModel` for tiles. In its convolutions, the image wraps around at the edges, so drawn
 * images repeat without a seam. diffusers has neither this class nor the names that its blocks have in files, so it refuses such
 * a model instead of drawing images with seams.
 */
export const TILEABLE_UNET = 'TileableUNet2D';

const channels = count(NETWORK_LIMITS.channels);

/**
 * Class embedding type of models with tags. In diffusers, this type adds given vectors to the time embedding. Here,
 * the vectors are the rows of tags multiplied by the tag embedding.
 */
const TAGGED = 'identity';

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
  norm_eps: v.optional(v.pipe(v.number(), v.gtValue(0)), 1e-5),
  dropout: v.optional(v.pipe(v.number(), v.minValue(0), v.ltValue(1)), 0),
  downsample_padding: v.optional(v.picklist([0, 1]), 1),
  flip_sin_to_cos: v.optional(v.boolean(), true),
  freq_shift: v.optional(v.pipe(v.number(), v.finite()), 0),
  center_input_sample: v.optional(v.boolean(), false),
  num_class_embeds: v.optional(v.nullable(count(NETWORK_LIMITS.classes)), null),
  num_tags: v.optional(v.nullable(count(NETWORK_LIMITS.tags))),
  num_train_timesteps: v.optional(v.nullable(count(NETWORK_LIMITS.timesteps)), null),
  ...rest,
});

/** Names of all fields except `_class_name`. */
export const UNET2D_FIELDS: readonly string[] = Object.keys(schema.entries).filter(
  (key) => key !== '_class_name',
);

/** A validated configuration with all defaults filled in. */
export interface UNet2DConfig {
  readonly _class_name: typeof UNET2D | typeof TILEABLE_UNET;
  /** Side of square images, or height and width, in pixels; both divisible by 2^(levels − 1). */
  readonly sample_size: SampleSize;
  /** Channels of x_t. Default 1. */
  readonly in_channels: number;
  /** Channels of the output. Default 1. */
  readonly out_channels: number;
  /** Residual blocks at each level on the way down; one more on the way up. Default 1. */
  readonly layers_per_block: number;
  /** Channels at each level, finest first. */
  readonly block_out_channels: readonly number[];
  /** Type of each level, finest first; `AttnDownBlock2D` has self-attention after each residual block. */
  readonly down_block_types: readonly DownBlockName[];
  /** Type of each level, coarsest first. */
  readonly up_block_types: readonly UpBlockName[];
  /**
   * Channels of an attention head; null means one head over all channels, as in Ho et al. If it does not
   * divide the channels, the number of heads is rounded down. Default null.
   */
  readonly attention_head_dim: number | null;
  /** Groups of GroupNorm; null only if all blocks are skip blocks, which have groups of their own. Default 8. */
  readonly norm_num_groups: number | null;
  /** ε of GroupNorm. Default 1e-5. */
  readonly norm_eps: number;
  /**
   * Share of activations dropped before the second convolution of a residual block while training. Default 0.
   */
  readonly dropout: number;
  /**
   * Padding of the stride-2 convolutions: 0 is Ho et al.'s asymmetric (0, 1, 0, 1),
   * 1 is symmetric. Default 1.
   */
  readonly downsample_padding: 0 | 1;
  /** Order of the halves of the time encoding: cosines first if true. Default true. */
  readonly flip_sin_to_cos: boolean;
  /** Number subtracted from the number of frequencies in {@link timeEncoding}. Default 0; Ho et al. use 1. */
  readonly freq_shift: number;
  /** Whether the network first maps x to 2x − 1. Default false. */
  readonly center_input_sample: boolean;
  /**
   * Rows of the class embedding: one for each class, and one for "no class" if labels are dropped in training. Default
   * null: no classes.
   */
  readonly num_class_embeds: number | null;
  /**
   * Rows of the tag embedding. A network cannot have both classes and tags. Default: no tags. diffusers does not have
   * this field, so it is absent without tags.
   */
  readonly num_tags?: number;
  /** Rows of a learned time encoding; other encodings do not use this field. Default null. */
  readonly num_train_timesteps: number | null;
  /** Whether the middle, between the coarsest levels, has self-attention. Default true. */
  readonly add_attention: boolean;
  /** Activation of the residual blocks. Default `silu`. */
  readonly act_fn: ActivationName;
  /**
   * Encoding of timesteps. Default `positional`.
   *
   * - `positional`: sines and cosines.
   * - `fourier`: Fourier features of ln t. The network divides its output by t.
   * - `learned`: a learned row for each timestep.
   */
  readonly time_embedding_type: (typeof TIME_TYPES)[number];
  /** Whether the time projection is added, or scales and shifts the second norm of a residual block. */
  readonly resnet_time_scale_shift: 'default' | 'scale_shift';
  /** How `AttnDownBlock2D` halves its features; other blocks do not use this field. Default `conv`. */
  readonly downsample_type: 'conv' | 'resnet';
  /** How `AttnUpBlock2D` doubles its features; other blocks do not use this field. Default `conv`. */
  readonly upsample_type: 'conv' | 'resnet';
  /** Type of the middle; null for a network without a middle. */
  readonly mid_block_type: 'UNetMidBlock2D' | null;
  /** Each result in the middle is divided by this number. Default 1. */
  readonly mid_block_scale_factor: number;
  /**
   * Number of groups of the group norm before the attention in the middle. Default: `norm_num_groups`; with
   * `scale_shift`, the attention has no norm by default.
   */
  readonly attn_norm_num_groups: number | null;
  /** Features of the time embedding. Default: four times the channels of the finest level. */
  readonly time_embedding_dim: number | null;
  /**
   * Embedding of classes or tags: `identity` for tags; `timestep` to encode the number of a class as if it were a timestep;
   * null for a learned row for each class.
   */
  readonly class_embed_type: typeof TAGGED | 'timestep' | null;
}

/** Configuration as written by users; fields with defaults are optional. */
export type UNet2DConfigInput = Partial<UNet2DConfig> &
  Pick<UNet2DConfig, 'sample_size' | 'block_out_channels' | 'down_block_types' | 'up_block_types'>;

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
  const { num_tags: tags, ...config } = parseConfig(schema, given, relations);
  return tags == null ? config : { ...config, class_embed_type: TAGGED, num_tags: tags };
}

/** Whether diffusers wrote the file: only its `save_config` writes the version. */
function isOfDiffusers(input: unknown): input is object {
  return typeof input === 'object' && input !== null && '_diffusers_version' in input;
}

type ParsedFields = v.InferOutput<typeof schema>;

/** Returns the problems in the relations between classes and tags. */
function conditionProblems({
  num_class_embeds: classes,
  num_tags: tags = null,
  class_embed_type: type,
}: ParsedFields): string[] {
  return [
    ...(tags !== null && classes !== null
      ? [`num_tags is ${tags} and num_class_embeds ${classes}; expected only one of them`]
      : []),
    ...(tags === null && type === TAGGED ? [`class_embed_type is ${TAGGED}; expected num_tags with it`] : []),
    ...(classes === null && type === 'timestep'
      ? ['class_embed_type is timestep; expected num_class_embeds, the number of classes, with it']
      : []),
  ];
}

/** Returns the problems of skip blocks. */
function skipProblems({
  in_channels,
  out_channels,
  down_block_types,
  up_block_types,
}: ParsedFields): string[] {
  const downs: readonly BlockKind[] = down_block_types.map((name) => DOWN_BLOCKS[name]);
  const ups: readonly BlockKind[] = up_block_types.map((name) => UP_BLOCKS[name]);
  const isSkip = ({ resize }: BlockKind): boolean => resize === 'skip';
  // The coarsest level does not halve the image, and the finest level does not double it.
  const lastDown = downs.slice(0, -1).findLastIndex(isSkip);
  const firstUp = ups.slice(0, -1).findIndex(isSkip);
  return [
    ...(lastDown !== -1 && in_channels !== SKIP_IMAGE_CHANNELS
      ? [`in_channels is ${in_channels}; expected ${SKIP_IMAGE_CHANNELS} with skip blocks on the way down`]
      : []),
    ...(firstUp !== -1 && out_channels !== SKIP_IMAGE_CHANNELS
      ? [`out_channels is ${out_channels}; expected ${SKIP_IMAGE_CHANNELS} with skip blocks on the way up`]
      : []),
    ...(lastDown !== -1 && !downs.slice(0, lastDown).every(isSkip)
      ? [
          'down_block_types has a block of another type before a skip block; expected skip blocks at all finer levels',
        ]
      : []),
    ...(firstUp !== -1 && !ups.slice(firstUp).every(isSkip)
      ? ['up_block_types has another block after a skip block; expected skip blocks at all finer levels']
      : []),
  ];
}

/** Returns the problems of the encoding of timesteps. */
function timeProblems(config: ParsedFields): string[] {
  const { time_embedding_type: type, num_train_timesteps: rows, freq_shift: shift } = config;
  if (type === 'learned' && rows === null)
    return ['num_train_timesteps is null; expected the number of rows of the learned time encoding'];
  const [first = 0] = config.block_out_channels;
  const frequencies = Math.floor(first / 2);
  if (type !== 'positional' || frequencies > shift) return [];
  return [
    `block_out_channels ${first} gives ${frequencies} frequencies for the time encoding; expected more than freq_shift ${shift}`,
  ];
}

/** Returns the problems of the norms and the attention of a level. */
function levelProblems(config: ParsedFields, level: number): string[] {
  const { block_out_channels: channels, down_block_types: down, up_block_types: up } = config;
  const { norm_num_groups: groups, attention_head_dim: head } = config;
  const levels = channels.length;
  const count = channels[level] ?? 0;
  const kinds: readonly BlockKind[] = [
    DOWN_BLOCKS[down[level] ?? 'DownBlock2D'],
    UP_BLOCKS[up[levels - 1 - level] ?? 'UpBlock2D'],
  ];
  const isCoarsest = level === levels - 1; // the middle has the same channels
  const hasMiddle = isCoarsest && config.mid_block_type !== null;
  const usesGroups = level === 0 || hasMiddle || kinds.some(({ resize }) => resize !== 'skip');
  const attends = (hasMiddle && config.add_attention) || kinds.some((kind) => kind.attends);
  return [
    ...(groups === null && kinds.some(({ resize }) => resize !== 'skip')
      ? ['norm_num_groups is null; expected a number, because some blocks are not skip blocks']
      : []),
    ...(groups !== null && usesGroups && count % groups !== 0
      ? [`block_out_channels has ${count}; expected multiples of norm_num_groups ${groups}`]
      : []),
    ...(head !== null && attends && head > count
      ? [`block_out_channels has ${count}; expected at least attention_head_dim ${head}`]
      : []),
  ];
}

/** Returns the problems in the relations between fields. */
function relations(config: ParsedFields): string[] {
  const { block_out_channels: channels, down_block_types: down, up_block_types: up } = config;
  const problems = conditionProblems(config);
  const levels = channels.length;
  if (down.length !== levels)
    problems.push(
      `down_block_types has ${plural(down.length, 'entry', 'entries')}; expected ${levels}, as in block_out_channels`,
    );
  if (up.length !== levels)
    problems.push(
      `up_block_types has ${plural(up.length, 'entry', 'entries')}; expected ${levels}, as in block_out_channels`,
    );
  const factor = 2 ** (levels - 1);
  const { height, width } = sidesOf(config.sample_size);
  if (height % factor !== 0 || width % factor !== 0) {
    problems.push(
      `sample_size is ${JSON.stringify(config.sample_size)}; expected a multiple of ${factor} for ${plural(levels, 'level')}`,
    );
  }
  const perLevel = channels.flatMap((_, level) => levelProblems(config, level));
  return [...problems, ...new Set(perLevel), ...skipProblems(config), ...timeProblems(config)];
}
