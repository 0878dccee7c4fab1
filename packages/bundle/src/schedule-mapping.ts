import { type FullScheduleConfig, parseScheduleConfig, type ScheduleConfig } from '@isonoise/schedule';
import { bundleError } from './errors.ts';
import type { JsonObject } from './json.ts';
import { parseSchedulerConfig, type SchedulerConfig } from './scheduler-config.ts';
import { DIFFUSERS_MAX_BETA } from './to-schedule.ts';

/** Settings of a DDPMScheduler besides its β: how a model is meant to be sampled. */
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

/** β of each kind in the keys of DDPMScheduler; curves that it does not know are written out. */
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
        `toSchedulerConfig: cosine maxBeta is ${maxBeta}; diffusers can only say ${DIFFUSERS_MAX_BETA}. ` +
          "Use that, or give the same betas as kind 'trained'.",
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
 * A schedule in the keys of diffusers' DDPMScheduler, every key written out.
 * `quadratic` becomes `scaled_linear` and `constant` a level `linear`: the same β under the names it has.
 *
 * @throws `SCHEDULE_CONFIG` for a schedule out of range
 * @throws `BUNDLE_INCONSISTENT` cosine with a maxBeta that diffusers cannot express
 */
export function toSchedulerConfig(
  schedule: ScheduleConfig,
  settings: SchedulerSettings = {},
): SchedulerConfig {
  const config = parseScheduleConfig(schedule);
  // The row of the table for the config's own kind: its type pairs the two, which a lookup by a union cannot show.
  const keys = (BETA_KEYS[config.kind] as (config: FullScheduleConfig) => JsonObject)(config);
  return parseSchedulerConfig({ _class_name: 'DDPMScheduler', ...keys, ...settings }, 'toSchedulerConfig');
}
