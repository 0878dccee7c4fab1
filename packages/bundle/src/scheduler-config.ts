import { PREDICTION_TYPES, type PredictionType } from '@isonoise/schedule';
import * as v from 'valibot';
import { bundleError } from './errors.ts';
import { type FlowSchedulerConfig, isFlowScheduler, parseFlowScheduler } from './flow-scheduler-config.ts';
import type { JsonObject } from './json.ts';
import { finite, parseWith, positiveWhole, whole } from './schema.ts';
import { toSchedule } from './to-schedule.ts';

export const predictionTypeSchema: v.GenericSchema<PredictionType> = v.picklist(PREDICTION_TYPES);

/** β schedules that diffusers' DDPMScheduler computes; all others are written as `trained_betas`. */
type DiffusersBetaSchedule = 'linear' | 'scaled_linear' | 'squaredcos_cap_v2' | 'sigmoid';

/** Content of `scheduler/scheduler_config.json`. */
export type SchedulerConfig = DiffusionSchedulerConfig | FlowSchedulerConfig;

/**
 * Content of the file for a schedule of diffusion, with the shared keys and defaults of diffusers' DDPMScheduler
 * and DDIMScheduler. Keys that start with an underscore are notes and are kept; other unknown keys are
 * rejected.
 */
export interface DiffusionSchedulerConfig extends JsonObject {
  readonly _class_name: (typeof SCHEDULERS)[number];
  readonly num_train_timesteps: number;
  readonly beta_start: number;
  readonly beta_end: number;
  readonly beta_schedule: DiffusersBetaSchedule;
  /** β values, `[num_train_timesteps]`; unless null, they override the three keys above. */
  readonly trained_betas: readonly number[] | null;
  readonly prediction_type: Exclude<PredictionType, 'flow'>;
  /** With `learned` and `learned_range`, the output has twice the channels: the prediction, then variances. */
  readonly variance_type: (typeof VARIANCE_TYPES)[number];
  readonly clip_sample: boolean;
  readonly clip_sample_range: number;
  readonly timestep_spacing: 'leading' | 'linspace' | 'trailing';
  readonly steps_offset: number;
  readonly rescale_betas_zero_snr: false;
  /** Whether dynamic thresholding replaces clipping. */
  readonly thresholding: boolean;
  /** Quantile for thresholding; 0.995 if absent. */
  readonly dynamic_thresholding_ratio?: number;
  /** Largest threshold; 1 if absent. */
  readonly sample_max_value?: number;
}

/** Supported classes of diffusers: both describe the process that `ddpm` and `ddim` sample. */
const SCHEDULERS = ['DDPMScheduler', 'DDIMScheduler'] as const;

/** A key of PyTorch, which is kept but has no effect. */
const WITHOUT_EFFECT = ['tensor_format'];

const VARIANCE_TYPES = [
  'fixed_small',
  'fixed_small_log',
  'fixed_large',
  'fixed_large_log',
  'learned',
  'learned_range',
] as const;

const predictionsOfDiffusion = PREDICTION_TYPES.filter((type) => type !== 'flow');

const schema = v.looseObject({
  _class_name: v.optional(v.picklist(SCHEDULERS), 'DDPMScheduler'),
  num_train_timesteps: v.optional(positiveWhole, 1000),
  beta_start: v.optional(finite, 0.0001),
  beta_end: v.optional(finite, 0.02),
  beta_schedule: v.optional(
    v.picklist(['linear', 'scaled_linear', 'squaredcos_cap_v2', 'sigmoid']),
    'linear',
  ),
  trained_betas: v.optional(v.nullable(v.array(finite)), null),
  prediction_type: v.optional(v.picklist(predictionsOfDiffusion), 'epsilon'),
  variance_type: v.optional(v.picklist(VARIANCE_TYPES), 'fixed_small'),
  clip_sample: v.optional(v.boolean(), true),
  clip_sample_range: v.optional(v.pipe(finite, v.gtValue(0)), 1),
  timestep_spacing: v.optional(v.picklist(['leading', 'linspace', 'trailing']), 'leading'),
  steps_offset: v.optional(whole, 0),
  // The value true would make β = 1 at the last timestep, where the schedule and ε-prediction are not defined.
  rescale_betas_zero_snr: v.optional(v.literal(false), false),
  thresholding: v.optional(v.boolean(), false),
  dynamic_thresholding_ratio: v.exactOptional(v.pipe(finite, v.minValue(0), v.maxValue(1))),
  sample_max_value: v.exactOptional(v.pipe(finite, v.minValue(1), v.maxValue(1e6))),
  // DDIM's last step ends at ᾱ = 1. The value false would end it at ᾱ_0, which our samplers do not support.
  set_alpha_to_one: v.optional(v.literal(true)),
  // Old files have this key; the value false stands for prediction_type "sample".
  predict_epsilon: v.optional(v.literal(true)),
  timestep_values: v.optional(v.null()),
});

/**
 * Parses scheduler settings. Absent keys get the defaults of diffusers' class, which are the same for DDPMScheduler and
 * DDIMScheduler. Unsupported settings are rejected by name. Invalid betas are rejected too.
 *
 * @param value parsed JSON
 * @param source name of the file in errors
 * @throws `BUNDLE_FILE_INVALID` listing every invalid field
 * @throws `SCHEDULE_CONFIG` if the betas are invalid
 */
export function parseSchedulerConfig(value: unknown, source: string): SchedulerConfig {
  if (isFlowScheduler(value)) return checked(parseFlowScheduler(value, source));
  const config = parseWith(schema, value, source);
  const known = [...Object.keys(schema.entries), ...WITHOUT_EFFECT];
  const unknown = Object.keys(config).filter((key) => !key.startsWith('_') && !known.includes(key));
  if (unknown.length > 0) {
    throw bundleError(
      'BUNDLE_FILE_INVALID',
      `${source}: got unsupported settings ${unknown.join(', ')} for ${config._class_name}; expected only ` +
        `${known.join(', ')}. Remove them, or sample the model with diffusers.`,
    );
  }
  return checked(config as DiffusionSchedulerConfig);
}

function checked<S extends SchedulerConfig>(scheduler: S): S {
  toSchedule(scheduler);
  return scheduler;
}
