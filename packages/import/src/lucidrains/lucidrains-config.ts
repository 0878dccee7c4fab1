import type { JsonObject } from '@isonoise/bundle';
import { LUCIDRAINS_UNET } from '@isonoise/network';
import * as v from 'valibot';
import { importError } from '../errors.ts';
import { sigmoidBetas } from './sigmoid-betas.ts';

const count = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(2 ** 14));
const numbers = v.union([count, v.array(count)]);
const flags = v.nullable(v.union([v.boolean(), v.array(v.boolean())]));
/** An option with one supported value. With other values, isonoise cannot draw as the original does. */
const only = <T extends boolean | number>(value: T) => v.optional(v.literal(value), value);

/** Options of `Unet` and `GaussianDiffusion`, with the defaults of version 2.3.4. */
const schema = v.looseObject({
  image_size: v.union([count, v.strictTuple([count, count])]),
  dim: count,
  init_dim: v.optional(v.nullable(count), null),
  out_dim: v.optional(v.nullable(count), null),
  dim_mults: v.optional(v.array(count), [1, 2, 4, 8]),
  channels: v.optional(count, 3),
  self_condition: only(false),
  learned_variance: v.optional(v.boolean(), false),
  learned_sinusoidal_cond: only(false),
  random_fourier_features: only(false),
  sinusoidal_pos_emb_theta: only(10_000),
  attn_dim_head: v.optional(numbers, 32),
  attn_heads: v.optional(numbers, 4),
  full_attn: v.optional(flags, null),
  timesteps: v.optional(v.pipe(count, v.minValue(2)), 1000),
  objective: v.optional(v.picklist(['pred_noise', 'pred_x0', 'pred_v']), 'pred_v'),
  beta_schedule: v.optional(v.picklist(['linear', 'cosine', 'sigmoid']), 'sigmoid'),
  schedule_fn_kwargs: v.optional(v.strictObject({}), {}),
  auto_normalize: only(true),
});

const PREDICTIONS = { pred_noise: 'epsilon', pred_x0: 'sample', pred_v: 'v_prediction' } as const;

/** Whether a configuration has the options of `Unet` of denoising-diffusion-pytorch. */
export const isLucidrains = (config: JsonObject): boolean => 'dim' in config && 'image_size' in config;

/**
 * Interprets options of denoising-diffusion-pytorch.
 *
 * @param source location of the file, for errors
 * @returns the fields for `createNetwork`, and the scheduler
 * @throws `IMPORT_FILE` if options are missing or not supported
 */
export function lucidrainsFields(
  config: JsonObject,
  source: string,
): { readonly fields: JsonObject; readonly scheduler: JsonObject } {
  const result = v.safeParse(schema, config);
  if (!result.success) {
    const problems = result.issues.map(
      (issue) => `${v.getDotPath(issue)}: got ${issue.received}; expected ${issue.expected ?? issue.message}`,
    );
    throw importError(
      'IMPORT_FILE',
      `import: ${source}: ${problems.join(', ')}. Write the options of Unet and GaussianDiffusion, as in docs/import.md.`,
    );
  }
  const options = result.output;
  return {
    fields: {
      _class_name: LUCIDRAINS_UNET,
      sample_size: options.image_size,
      in_channels: options.channels,
      out_channels: options.out_dim ?? options.channels * (options.learned_variance ? 2 : 1),
      dim: options.dim,
      init_dim: options.init_dim,
      dim_mults: options.dim_mults,
      full_attn: options.full_attn,
      attn_heads: options.attn_heads,
      attn_dim_head: options.attn_dim_head,
    },
    scheduler: {
      _class_name: 'DDPMScheduler',
      num_train_timesteps: options.timesteps,
      ...betasOf(options),
      prediction_type: PREDICTIONS[options.objective],
      variance_type: options.learned_variance ? 'learned_range' : 'fixed_small',
      clip_sample: true,
      // The original draws from the last timestep too.
      timestep_spacing: 'trailing',
    },
  };
}

function betasOf({ beta_schedule: kind, timesteps }: v.InferOutput<typeof schema>): JsonObject {
  const scale = 1000 / timesteps;
  switch (kind) {
    case 'linear':
      return { beta_schedule: 'linear', beta_start: scale * 0.0001, beta_end: scale * 0.02 };
    case 'cosine':
      return { beta_schedule: 'squaredcos_cap_v2' };
    case 'sigmoid':
      return { trained_betas: sigmoidBetas(timesteps) };
  }
}
