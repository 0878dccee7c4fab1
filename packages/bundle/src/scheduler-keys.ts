// Keys of scheduler_config.json, grouped by topic, with the supported values and the defaults of diffusers 0.42.1.

import type { DdpmVariance } from '@isonoise/sampler';
import { PREDICTION_TYPES, type PredictionType, TIMESTEP_RULES } from '@isonoise/schedule';
import * as v from 'valibot';
import { finite, positiveWhole, whole } from './schema.ts';

/** β schedules that every class with β keys computes. Other schedules become `trained_betas`. */
const BETA_SCHEDULES: readonly BetaSchedule[] = ['linear', 'scaled_linear', 'squaredcos_cap_v2'];

/** β schedules of DDPMScheduler. */
export const DDPM_BETA_SCHEDULES: readonly BetaSchedule[] = [...BETA_SCHEDULES, 'sigmoid'];

export type BetaSchedule = 'linear' | 'scaled_linear' | 'squaredcos_cap_v2' | 'sigmoid';

interface Betas {
  readonly start?: number;
  readonly end?: number;
  readonly schedule?: BetaSchedule;
  readonly schedules?: readonly BetaSchedule[];
}

/** Keys of the noise schedule. */
export const betas = ({
  start = 0.0001,
  end = 0.02,
  schedule = 'linear',
  schedules = BETA_SCHEDULES,
}: Betas = {}): v.ObjectEntries => ({
  num_train_timesteps: v.optional(positiveWhole, 1000),
  beta_start: v.optional(finite, start),
  beta_end: v.optional(finite, end),
  beta_schedule: v.optional(v.picklist(schedules), schedule),
  trained_betas: v.optional(v.nullable(v.array(finite)), null),
});

/** Default first and last β in latent diffusion. */
export const LATENT = { start: 0.00085, end: 0.012 } as const;

/** Prediction types of the classes that do not support x_0. */
export const NOT_SAMPLE = ['epsilon', 'v_prediction'] as const;

const predictionsOfDiffusion = PREDICTION_TYPES.filter((type) => type !== 'flow');

/** Returns the keys of the prediction type. */
export const prediction = (types: readonly PredictionType[] = predictionsOfDiffusion): v.ObjectEntries => ({
  prediction_type: v.optional(v.picklist(types), 'epsilon'),
});

/** Returns the keys of the timesteps. */
export const timesteps = (rule: 'leading' | 'linspace'): v.ObjectEntries => ({
  timestep_spacing: v.optional(v.picklist(TIMESTEP_RULES), rule),
  steps_offset: v.optional(whole, 0),
});

/** Returns a key whose only supported value is its default. Other values would change the images. */
export const only = (value: string | number | boolean): v.GenericSchema =>
  v.optional(v.literal(value), value);

export const onlyNull: v.GenericSchema = v.optional(v.null(), null);

export const flag = (value: boolean): v.GenericSchema => v.optional(v.boolean(), value);

export const choice = (values: readonly (string | number)[], first: string | number): v.GenericSchema =>
  v.optional(v.picklist(values), first);

/** A value of `variance_type`. */
export type VarianceType =
  | 'fixed_small'
  | 'fixed_small_log'
  | 'fixed_large'
  | 'fixed_large_log'
  | 'learned'
  | 'learned_range';

/**
 * Kind of DDPM's σ² for each value of `variance_type`. With `learned` and `learned_range`, the network outputs
 * variances after the prediction.
 */
export const VARIANCES: Readonly<Record<VarianceType, DdpmVariance>> = {
  fixed_small: 'fixedSmall',
  fixed_large: 'fixedLarge',
  fixed_small_log: 'fixedSmall',
  fixed_large_log: 'fixedLarge',
  learned: 'learned',
  learned_range: 'learnedRange',
};

export const isVarianceType = (value: unknown): value is VarianceType =>
  typeof value === 'string' && Object.hasOwn(VARIANCES, value);

export const variances: v.GenericSchema = v.picklist(Object.keys(VARIANCES));

/** Returns the keys for clipping x_0. */
export const clipping = (isOn: boolean): v.ObjectEntries => ({
  clip_sample: flag(isOn),
  clip_sample_range: v.optional(v.pipe(finite, v.gtValue(0)), 1),
});

/** Keys of dynamic thresholding, which replaces clipping. */
export const thresholding: v.ObjectEntries = {
  thresholding: flag(false),
  dynamic_thresholding_ratio: v.optional(v.pipe(finite, v.minValue(0), v.maxValue(1)), 0.995),
  sample_max_value: v.optional(v.pipe(finite, v.minValue(1), v.maxValue(1e6)), 1),
};

/** Keys of grids of sigmas. */
export const grids: v.ObjectEntries = {
  use_karras_sigmas: flag(false),
  use_exponential_sigmas: flag(false),
  use_beta_sigmas: flag(false),
};

/**
 * Keys for flow matching with a diffusion scheduler. This combination is not supported. `use_flow_sigmas` must be
 * false, and then `flow_shift` has no effect.
 */
export const flowSigmas: v.ObjectEntries = {
  use_flow_sigmas: only(false),
  flow_shift: v.optional(finite, 1),
};

export const dynamicShifting: v.ObjectEntries = {
  use_dynamic_shifting: only(false),
  time_shift_type: choice(['exponential', 'linear'], 'exponential'),
};

export const finalSigmas: v.ObjectEntries = {
  final_sigmas_type: choice(['zero', 'sigma_min'], 'zero'),
};

/** Whether β is rescaled so that the last timestep is pure noise. */
export const zeroSnr: v.ObjectEntries = { rescale_betas_zero_snr: flag(false) };

/** Key of DPM-Solver and SA-Solver. Its default, which diffusers writes as -Infinity, is dropped. */
export const lambdaClip: v.ObjectEntries = {
  lambda_min_clipped: v.exactOptional(v.literal(Number.NEGATIVE_INFINITY)),
};
