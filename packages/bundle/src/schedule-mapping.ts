import { type FullScheduleConfig, parseScheduleConfig, type ScheduleConfig } from '@isonoise/schedule';
import { bundleError } from './errors.ts';
import type { JsonObject } from './json.ts';
import { parseSchedulerConfig, type SchedulerConfig } from './scheduler-config.ts';
import { DIFFUSERS_MAX_BETA } from './to-schedule.ts';

/** Settings of a DDPMScheduler besides β. */
export type SchedulerSettings = Partial<
  Pick<
    SchedulerConfig,
    | 'prediction_type'
    | 'variance_type'
    | 'clip_sample'
    | 'clip_sample_range'
    | 'timestep_spacing'
    | 'steps_offset'
  >
>;

/** Converts β of each kind to keys of DDPMScheduler; kinds that it does not support are written as values. */
const BETA_KEYS: {
  readonly [K in FullScheduleConfig['kind']]: (config: FullScheduleConfig & { kind: K }) => JsonObject;
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
 * Converts a schedule to the keys of diffusers' DDPMScheduler, with every key written out. `quadratic`
 * becomes `scaled_linear` and `constant` becomes `linear` with equal ends; both have the same β.
 *
 * @throws `SCHEDULE_CONFIG` if the schedule is out of range
 * @throws `BUNDLE_INCONSISTENT` for a cosine schedule with a maxBeta that diffusers cannot express
 */
export function toSchedulerConfig(
  schedule: ScheduleConfig,
  settings: SchedulerSettings = {},
): SchedulerConfig {
  const config = parseScheduleConfig(schedule);
  // The cast is safe: the table pairs each kind with its config, which TypeScript cannot infer for a union.
  const keys = (BETA_KEYS[config.kind] as (config: FullScheduleConfig) => JsonObject)(config);
  return parseSchedulerConfig({ _class_name: 'DDPMScheduler', ...keys, ...settings }, 'toSchedulerConfig');
}
