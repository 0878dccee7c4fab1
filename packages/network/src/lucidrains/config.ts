import { plural } from '@isonoise/error';
import * as v from 'valibot';
import { NETWORK_LIMITS } from '../limits.ts';
import { count, parseConfig } from '../parse-config.ts';
import { type SampleSize, sampleSize, sidesOf } from '../sides.ts';

/** The class name of the architecture. */
export const LUCIDRAINS_UNET = 'LucidrainsUNet';

/** Channels of each level in units of `dim`, finest first. */
export const DEFAULT_DIM_MULTS: readonly number[] = [1, 2, 4, 8];

const channels = count(NETWORK_LIMITS.channels);
const levels = <T>(each: v.GenericSchema<T>): v.GenericSchema<T[]> =>
  v.pipe(v.array(each), v.minLength(1), v.maxLength(NETWORK_LIMITS.levels));
/** A number for all levels, or one for each level. */
const each = v.union([channels, levels(channels)]);

const schema = v.strictObject({
  _class_name: v.literal(LUCIDRAINS_UNET),
  sample_size: sampleSize,
  in_channels: v.optional(channels, 3),
  out_channels: v.optional(v.nullable(channels), null),
  dim: v.optional(v.pipe(channels, v.minValue(4), v.multipleOf(2)), 64),
  init_dim: v.optional(v.nullable(channels), null),
  dim_mults: v.optional(levels(channels), [...DEFAULT_DIM_MULTS]),
  full_attn: v.optional(v.nullable(v.union([v.boolean(), levels(v.boolean())])), null),
  attn_heads: v.optional(each, 4),
  attn_dim_head: v.optional(each, 32),
  num_class_embeds: v.optional(v.null(), null),
  dropout: v.optional(v.literal(0), 0),
});

/** A validated configuration with all defaults filled in. Fields without a description are those of `Unet`. */
export interface LucidrainsConfig {
  readonly _class_name: typeof LUCIDRAINS_UNET;
  /** Side of square images, or height and width, in pixels; both divisible by 2^(levels − 1). */
  readonly sample_size: SampleSize;
  /** Channels of x_t. Default 3. */
  readonly in_channels: number;
  /** Channels of the output. Default: those of x_t. */
  readonly out_channels: number;
  /** Unit of the channels, an even number from 4. Default 64. */
  readonly dim: number;
  /** Channels after the first convolution. Default: `dim`. */
  readonly init_dim: number;
  /** Channels of each level in units of `dim`, finest first. Default 1, 2, 4, 8. */
  readonly dim_mults: readonly number[];
  /**
   * Whether each level has full attention; otherwise it has linear attention. Default: only the last level has full
   * attention.
   */
  readonly full_attn: readonly boolean[];
  /** Number of attention heads at each level. Default 4. */
  readonly attn_heads: readonly number[];
  /** Channels of an attention head at each level. Default 32. */
  readonly attn_dim_head: readonly number[];
  /** Always null, and `dropout` is always 0. Training reads these two fields of every network. */
  readonly num_class_embeds: null;
  readonly dropout: 0;
}

/**
 * Validates a configuration of the U-Net of denoising-diffusion-pytorch.
 *
 * @param input keys that start with `_`, except `_class_name`, are notes and are ignored
 * @throws `NETWORK_CONFIG` if fields are wrong; the message names each of them
 */
export function parseLucidrainsConfig(input: unknown): LucidrainsConfig {
  const given = parseConfig(schema, input, problemsOf);
  const { length } = given.dim_mults;
  const all = <T>(value: T | T[]): readonly T[] =>
    Array.isArray(value) ? value : new Array<T>(length).fill(value);
  return {
    ...given,
    out_channels: given.out_channels ?? given.in_channels,
    init_dim: given.init_dim ?? given.dim,
    // In the original, `false` too means full attention at the last level only.
    full_attn:
      given.full_attn === null || given.full_attn === false
        ? given.dim_mults.map((_, level) => level === length - 1)
        : all(given.full_attn),
    attn_heads: all(given.attn_heads),
    attn_dim_head: all(given.attn_dim_head),
  };
}

function problemsOf(config: v.InferOutput<typeof schema>): readonly string[] {
  const { dim_mults: multipliers, sample_size: size } = config;
  const { height, width } = sidesOf(size);
  const factor = 2 ** (multipliers.length - 1);
  const lists = (['full_attn', 'attn_heads', 'attn_dim_head'] as const).flatMap((key) => {
    const value: unknown = config[key];
    return Array.isArray(value) && value.length !== multipliers.length
      ? [
          `${key} has ${plural(value.length, 'value')}; expected ${multipliers.length}, one for each of dim_mults`,
        ]
      : [];
  });
  return height % factor === 0 && width % factor === 0
    ? lists
    : [
        ...lists,
        `sample_size is ${JSON.stringify(size)}; expected multiples of ${factor} for ${plural(multipliers.length, 'level')}`,
      ];
}
