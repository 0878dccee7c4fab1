import {
  createSchedule,
  type DiffusionConfig,
  defaultPrediction,
  type FlowConfig,
  type FullDiffusionConfig,
  type PredictionType,
  parseScheduleConfig,
  predictionProblem,
  type ScheduleConfig,
  type SineConfig,
  type TimestepRule,
} from '@isonoise/schedule';
import { bundleError } from './errors.ts';
import type { JsonObject } from './json.ts';
import { type SchedulerClassName, schedulerClass } from './scheduler-classes.ts';
import {
  type DiffusionSchedulerConfig,
  type FlowSchedulerConfig,
  parseSchedulerConfig,
  type SchedulerConfig,
  type SineSchedulerConfig,
} from './scheduler-config.ts';
import type { VarianceType } from './scheduler-keys.ts';
import { predictsVariances, schedulerProcess } from './scheduler-meaning.ts';
import type { SamplerChoice } from './scheduler-note.ts';
import { ofModel, samplerChoice, withNote, writeChoice } from './scheduler-sampling.ts';
import { DIFFUSERS_MAX_BETA, toSchedule } from './to-schedule.ts';

/** Settings of a DDPMScheduler besides β. For schedules without β, all except the prediction type are ignored. */
export interface SchedulerSettings {
  /** Prediction type. Default: `flow` for a flow schedule, `v_prediction` for a sine schedule, otherwise `epsilon`. */
  readonly prediction_type?: PredictionType;
  readonly variance_type?: VarianceType;
  readonly clip_sample?: boolean;
  readonly clip_sample_range?: number;
  readonly thresholding?: boolean;
  readonly dynamic_thresholding_ratio?: number;
  readonly sample_max_value?: number;
  readonly timestep_spacing?: TimestepRule;
  readonly steps_offset?: number;
}

/**
 * Converts β of each kind to keys of DDPMScheduler. A kind that DDPMScheduler does not have becomes a list of β
 * values.
 */
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
          "Use this value, or pass the betas as kind 'trained'.",
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
 * Converts a schedule to a configuration for diffusers with every key. The class is DDPMScheduler,
 * FlowMatchEulerDiscreteScheduler for a flow schedule, or IPNDMScheduler for a sine schedule. `quadratic` becomes
 * `scaled_linear`, and `constant` becomes `linear` with equal ends, without changing β. The classes for flow and sine
 * schedules have no keys for `settings`.
 *
 * @throws `SCHEDULE_CONFIG` if the schedule is out of range
 * @throws `BUNDLE_INCONSISTENT` if diffusers cannot express the maxBeta of a cosine schedule, or the prediction type
 *   does not fit the schedule
 */
export function toSchedulerConfig(
  schedule: DiffusionConfig,
  settings?: SchedulerSettings,
): DiffusionSchedulerConfig;
export function toSchedulerConfig(schedule: FlowConfig, settings?: SchedulerSettings): FlowSchedulerConfig;
export function toSchedulerConfig(schedule: SineConfig, settings?: SchedulerSettings): SineSchedulerConfig;
export function toSchedulerConfig(schedule: ScheduleConfig, settings?: SchedulerSettings): SchedulerConfig;
export function toSchedulerConfig(
  schedule: ScheduleConfig,
  settings: SchedulerSettings = {},
): SchedulerConfig {
  const config = parseScheduleConfig(schedule);
  const { prediction_type: prediction = defaultPrediction(config.kind) } = settings;
  const problem = predictionProblem(config.kind, prediction);
  if (problem !== null) throw bundleError('BUNDLE_INCONSISTENT', `toSchedulerConfig: ${problem}.`);
  if (config.kind === 'flow') {
    const keys = { num_train_timesteps: config.numTrainTimesteps, shift: config.shift };
    return parseSchedulerConfig(
      { _class_name: 'FlowMatchEulerDiscreteScheduler', ...keys },
      'toSchedulerConfig',
    );
  }
  if (config.kind === 'sine') {
    const keys = { num_train_timesteps: config.numTrainTimesteps };
    return parseSchedulerConfig({ _class_name: 'IPNDMScheduler', ...keys }, 'toSchedulerConfig');
  }
  // The cast is safe, because the table pairs each kind with its config. TypeScript cannot infer this for a union.
  const keys = (BETA_KEYS[config.kind] as (config: FullDiffusionConfig) => JsonObject)(config);
  const zeroSnr = config.zeroTerminalSnr === true ? { rescale_betas_zero_snr: true } : {};
  return parseSchedulerConfig(
    { _class_name: 'DDPMScheduler', ...keys, ...zeroSnr, ...settings },
    'toSchedulerConfig',
  );
}

/** The keys that describe the model and its noise. They do not depend on the sampler. */
const MODEL_KEYS = [
  'num_train_timesteps',
  'beta_start',
  'beta_end',
  'beta_schedule',
  'trained_betas',
  'prediction_type',
  'rescale_betas_zero_snr',
  'steps_offset',
  'shift',
];

/**
 * Changes the default way to sample a model. The configuration gets the diffusers class of the sampler if that class
 * has the keys that the model needs. Settings without a key in the class, such as the number of steps, go into the
 * note `_isonoise`.
 *
 * @param change fields to change; absent fields keep their values, but a new sampler drops the steps and the settings
 *   of the previous sampler
 * @throws `BUNDLE_FILE_INVALID` if the class does not support the model's prediction type or the value of a setting
 */
export function withSampler(scheduler: SchedulerConfig, change: Partial<SamplerChoice>): SchedulerConfig {
  const before = samplerChoice(scheduler._class_name, scheduler);
  const isOther = change.sampler !== undefined && change.sampler !== before.sampler;
  const own = isOther || change.settings !== undefined ? ofModel(before.settings) : before.settings;
  const settings = { ...own, ...change.settings };
  const choice: SamplerChoice = { ...before, ...(isOther ? { steps: null } : {}), ...change, settings };
  const { name, keys } = writeChoice(schedulerProcess(scheduler), choice, (each) =>
    describes(each, scheduler),
  );
  const config = { ...modelKeys(name, scheduler), ...keys };
  const parsed = parseSchedulerConfig({ _class_name: name, ...config }, 'withSampler');
  return parseSchedulerConfig(withNote(name, parsed, choice), 'withSampler');
}

/** Returns whether a class has the keys that a model needs. Only DDPMScheduler has a key for predicted variances. */
const describes = (name: SchedulerClassName, scheduler: SchedulerConfig): boolean =>
  (name === 'DDPMScheduler' || !predictsVariances(scheduler)) &&
  (Object.hasOwn(schedulerClass(name).keys, 'rescale_betas_zero_snr') ||
    scheduler.rescale_betas_zero_snr !== true);

/**
 * Converts the keys of the model to the class `name`. A β schedule that this class does not have becomes a list of β
 * values.
 */
function modelKeys(name: SchedulerClassName, scheduler: SchedulerConfig): JsonObject {
  const { keys } = schedulerClass(name);
  const stated = Object.entries(scheduler).filter(([key]) => MODEL_KEYS.includes(key));
  const known = Object.fromEntries(stated.filter(([key]) => Object.hasOwn(keys, key)));
  const schedule = toSchedule(scheduler);
  if (
    schedule.process !== 'diffusion' ||
    scheduler.beta_schedule !== 'sigmoid' ||
    name === scheduler._class_name
  ) {
    return known;
  }
  const { beta_schedule: _, ...others } = known;
  // The class rescales the betas itself.
  const { zeroTerminalSnr: _zero, ...plain } = schedule.config;
  return { ...others, trained_betas: createSchedule(plain).betas };
}
