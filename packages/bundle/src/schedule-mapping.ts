import {
  type DiffusionConfig,
  type FlowConfig,
  type FullDiffusionConfig,
  type PredictionType,
  parseScheduleConfig,
  predictionProblem,
  type ScheduleConfig,
} from '@isonoise/schedule';
import { bundleError } from './errors.ts';
import type { FlowSchedulerConfig } from './flow-scheduler-config.ts';
import type { JsonObject } from './json.ts';
import {
  type DiffusionSchedulerConfig,
  parseSchedulerConfig,
  type SchedulerConfig,
} from './scheduler-config.ts';
import { DIFFUSERS_MAX_BETA } from './to-schedule.ts';

/** Settings of a DDPMScheduler besides β. For flow matching, only the prediction type has an effect. */
export interface SchedulerSettings extends DiffusionSettings {
  /** Default `epsilon`; `flow` for a flow schedule. */
  readonly prediction_type?: PredictionType;
}

type DiffusionSettings = Partial<
  Pick<
    DiffusionSchedulerConfig,
    | 'variance_type'
    | 'clip_sample'
    | 'clip_sample_range'
    | 'thresholding'
    | 'dynamic_thresholding_ratio'
    | 'sample_max_value'
    | 'timestep_spacing'
    | 'steps_offset'
  >
>;

/** Converts β of each kind to keys of DDPMScheduler; kinds that it does not support are written as values. */
const BETA_KEYS: {
  readonly [K in FullDiffusionConfig['kind']]: (config: FullDiffusionConfig & { kind: K }) => JsonObject;
} = {
  linear: (config) => rampKeys('linear', config),
  quadratic: (config) => rampKeys('scaled_linear', config),
  scaledLinear: (config) => rampKeys('scaled_linear', config),
  sigmoid: (config) => rampKeys('sigmoid', config),
  constant: ({ beta, numTrainTimesteps }) =>
    rampKeys('linear', { betaStart: beta, betaEnd: beta, numTrainTimesteps }),
  cosine: ({ maxBeta, numTrainTimesteps }) => {
    if (maxBeta !== DIFFUSERS_MAX_BETA) {
      throw bundleError(
        'BUNDLE_INCONSISTENT',
        `toSchedulerConfig: cosine maxBeta is ${maxBeta}; expected ${DIFFUSERS_MAX_BETA}, the only value that diffusers supports. ` +
          "Use it, or pass the betas as kind 'trained'.",
      );
    }
    return { num_train_timesteps: numTrainTimesteps, beta_schedule: 'squaredcos_cap_v2' };
  },
  trained: ({ betas }) => ({ num_train_timesteps: betas.length, trained_betas: betas }),
};

interface Ramp {
  readonly numTrainTimesteps: number;
  readonly betaStart: number;
  readonly betaEnd: number;
}

function rampKeys(name: string, { numTrainTimesteps, betaStart, betaEnd }: Ramp): JsonObject {
  return {
    num_train_timesteps: numTrainTimesteps,
    beta_start: betaStart,
    beta_end: betaEnd,
    beta_schedule: name,
  };
}

/**
 * Converts a schedule to the keys of diffusers' DDPMScheduler, or of FlowMatchEulerDiscreteScheduler for a flow schedule,
 * with every key written out. `quadratic` becomes `scaled_linear` and `constant` becomes `linear` with equal ends; both have
 * the same β. The class for flow matching has no keys for `settings`, which are left out there.
 *
 * @throws `SCHEDULE_CONFIG` if the schedule is out of range
 * @throws `BUNDLE_INCONSISTENT` for a cosine schedule with a maxBeta that diffusers cannot express, or a prediction type
 *   that does not fit the schedule
 */
export function toSchedulerConfig(
  schedule: DiffusionConfig,
  settings?: SchedulerSettings,
): DiffusionSchedulerConfig;
export function toSchedulerConfig(schedule: FlowConfig, settings?: SchedulerSettings): FlowSchedulerConfig;
export function toSchedulerConfig(schedule: ScheduleConfig, settings?: SchedulerSettings): SchedulerConfig;
export function toSchedulerConfig(
  schedule: ScheduleConfig,
  settings: SchedulerSettings = {},
): SchedulerConfig {
  const config = parseScheduleConfig(schedule);
  const { prediction_type: prediction = config.kind === 'flow' ? 'flow' : 'epsilon' } = settings;
  const problem = predictionProblem(config.kind, prediction);
  if (problem !== null) throw bundleError('BUNDLE_INCONSISTENT', `toSchedulerConfig: ${problem}.`);
  if (config.kind === 'flow') {
    const keys = { num_train_timesteps: config.numTrainTimesteps, shift: config.shift };
    return parseSchedulerConfig(
      { _class_name: 'FlowMatchEulerDiscreteScheduler', ...keys },
      'toSchedulerConfig',
    );
  }
  // The cast is safe: the table pairs each kind with its config, which TypeScript cannot infer for a union.
  const keys = (BETA_KEYS[config.kind] as (config: FullDiffusionConfig) => JsonObject)(config);
  return parseSchedulerConfig({ _class_name: 'DDPMScheduler', ...keys, ...settings }, 'toSchedulerConfig');
}
