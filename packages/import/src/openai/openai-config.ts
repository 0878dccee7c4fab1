import type { JsonObject } from '@isonoise/bundle';
import * as v from 'valibot';
import { importError } from '../errors.ts';

/** Default channel multipliers of both repositories, by image size. */
const MULTIPLIERS: Readonly<Record<number, readonly number[]>> = {
  256: [1, 1, 2, 2, 4, 4],
  128: [1, 1, 2, 3, 4],
  64: [1, 2, 3, 4],
  32: [1, 2, 2, 2],
};
/** Number of classes of a class-conditional model, as in ImageNet. */
const CLASSES = 1000;

const count = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(2 ** 14));
/** Numbers as the scripts write them, such as `32,16,8`. */
const list = v.pipe(
  v.string(),
  v.regex(/^(\d+(,\d+)*)?$/, 'whole numbers separated by commas'),
  v.transform((text) => (text === '' ? [] : text.split(',').map(Number))),
);
const flag = (value: boolean) => v.optional(v.boolean(), value);

/** Options of the training scripts of improved-diffusion and guided-diffusion, with the defaults that both share. */
const schema = v.looseObject({
  image_size: count,
  num_channels: count,
  num_res_blocks: count,
  channel_mult: v.optional(list, ''),
  attention_resolutions: v.optional(list, '16,8'),
  num_heads: v.optional(count, 4),
  num_heads_upsample: v.optional(v.literal(-1), -1),
  num_head_channels: v.optional(v.pipe(v.number(), v.integer()), -1),
  dropout: v.optional(v.pipe(v.number(), v.minValue(0), v.ltValue(1)), 0),
  class_cond: flag(false),
  learn_sigma: flag(false),
  use_scale_shift_norm: flag(true),
  resblock_updown: flag(false),
  use_new_attention_order: flag(false),
  diffusion_steps: v.optional(count, 1000),
  noise_schedule: v.optional(v.picklist(['linear', 'cosine']), 'linear'),
  predict_xstart: flag(false),
  sigma_small: flag(false),
  rescale_timesteps: v.optional(v.boolean()),
});

/** Options that matter here, with all defaults filled in. */
export interface OpenAiConfig {
  readonly image_size: number;
  readonly num_channels: number;
  readonly num_res_blocks: number;
  /** Channel multipliers; empty for the default of the image size. */
  readonly channel_mult: readonly number[];
  /** Image sizes in pixels at which the network has attention layers. */
  readonly attention_resolutions: readonly number[];
  readonly num_heads: number;
  /** Takes precedence over `num_heads` unless −1. */
  readonly num_head_channels: number;
  readonly dropout: number;
  readonly class_cond: boolean;
  readonly learn_sigma: boolean;
  readonly use_scale_shift_norm: boolean;
  readonly resblock_updown: boolean;
  readonly use_new_attention_order: boolean;
  readonly diffusion_steps: number;
  readonly noise_schedule: 'linear' | 'cosine';
  readonly predict_xstart: boolean;
  readonly sigma_small: boolean;
  /** Undefined if not given, because the repositories have different defaults. */
  readonly rescale_timesteps?: boolean | undefined;
}

/** Whether a configuration has the options of a script instead of the fields of `UNet2DModel`. */
export const isOpenAi = (config: JsonObject): boolean =>
  'num_channels' in config && 'image_size' in config && !('block_out_channels' in config);

/** Parses options of a script. @throws `IMPORT_FILE` if options are missing or wrong */
export function parseOpenAi(config: JsonObject, source: string): OpenAiConfig {
  const result = v.safeParse(schema, config);
  if (result.success) return result.output;
  const problems = result.issues.map(
    (issue) => `${v.getDotPath(issue)}: got ${issue.received}; expected ${issue.expected ?? issue.message}`,
  );
  throw importError(
    'IMPORT_FILE',
    `import: ${source}: ${problems.join(', ')}. Write the options of the training script, as in docs/import.md.`,
  );
}

/** Returns the channels of each level. @throws `IMPORT_UNKNOWN_MODEL` if the size has no default multipliers */
export function channelsOf(config: OpenAiConfig, source: string): readonly number[] {
  const { channel_mult: given, image_size: size, num_channels: channels } = config;
  const multipliers = given.length > 0 ? given : MULTIPLIERS[size];
  if (multipliers === undefined || multipliers[0] !== 1) {
    throw importError(
      'IMPORT_UNKNOWN_MODEL',
      `import: ${source}: channel_mult is ${multipliers?.join(',') ?? `not given for images of ${size} pixels`}; expected ` +
        'multipliers that begin with 1. Other multipliers cannot be imported.',
    );
  }
  return multipliers.map((multiplier) => multiplier * channels);
}

/**
 * Returns the configuration of the same network as `UNet2DModel`.
 *
 * @throws `IMPORT_UNKNOWN_MODEL` if `UNet2DModel` cannot express the network
 */
export function openAiFields(config: OpenAiConfig, source: string): JsonObject {
  const channels = channelsOf(config, source);
  const attends = channels.map((_, level) =>
    config.attention_resolutions.includes(config.image_size / 2 ** level),
  );
  const plain = config.resblock_updown
    ? (['ResnetDownsampleBlock2D', 'ResnetUpsampleBlock2D'] as const)
    : (['DownBlock2D', 'UpBlock2D'] as const);
  const resample = config.resblock_updown ? 'resnet' : 'conv';
  return {
    _diffusers_version: 'unknown',
    sample_size: config.image_size,
    in_channels: 3,
    out_channels: config.learn_sigma ? 6 : 3,
    block_out_channels: channels,
    layers_per_block: config.num_res_blocks,
    down_block_types: attends.map((attention) => (attention ? 'AttnDownBlock2D' : plain[0])),
    up_block_types: attends.toReversed().map((attention) => (attention ? 'AttnUpBlock2D' : plain[1])),
    downsample_type: resample,
    upsample_type: resample,
    attention_head_dim: headChannels(config, channels, attends, source),
    norm_num_groups: 32,
    attn_norm_num_groups: 32,
    resnet_time_scale_shift: config.use_scale_shift_norm ? 'scale_shift' : 'default',
    dropout: config.dropout,
    num_class_embeds: config.class_cond ? CLASSES : null,
  };
}

/**
 * Returns the channels of a head. If only the number of heads is given, all attention layers must have the same
 * width.
 */
function headChannels(
  { num_head_channels: given, num_heads: heads }: OpenAiConfig,
  channels: readonly number[],
  attends: readonly boolean[],
  source: string,
): number {
  if (given > 0) return given;
  // The middle block also has attention, at the coarsest level.
  const widths = new Set(channels.filter((_, level) => attends[level] || level === channels.length - 1));
  const [width = 0] = widths;
  if (widths.size === 1 && width % heads === 0) return width / heads;
  throw importError(
    'IMPORT_UNKNOWN_MODEL',
    `import: ${source}: num_heads is ${heads} for layers of ${[...widths].join(', ')} channels; expected heads of one ` +
      'width, as num_head_channels gives. A model whose heads differ in width cannot be imported.',
  );
}

/**
 * Returns the scheduler of the model.
 *
 * @throws `IMPORT_UNKNOWN_MODEL` if the network receives rescaled timesteps
 */
export function openAiScheduler(config: OpenAiConfig, source: string): JsonObject {
  const steps = config.diffusion_steps;
  if (steps !== 1000 && config.rescale_timesteps !== false) {
    throw importError(
      'IMPORT_UNKNOWN_MODEL',
      `import: ${source}: rescale_timesteps is ${config.rescale_timesteps ?? 'not given'} with ${steps} diffusion_steps; ` +
        'expected false. A network that receives rescaled timesteps cannot be imported.',
    );
  }
  const scale = 1000 / steps;
  return {
    _class_name: 'DDPMScheduler',
    num_train_timesteps: steps,
    ...(config.noise_schedule === 'cosine'
      ? { beta_schedule: 'squaredcos_cap_v2' }
      : { beta_schedule: 'linear', beta_start: 0.0001 * scale, beta_end: 0.02 * scale }),
    prediction_type: config.predict_xstart ? 'sample' : 'epsilon',
    variance_type: config.learn_sigma ? 'learned_range' : config.sigma_small ? 'fixed_small' : 'fixed_large',
    clip_sample: true,
  };
}
