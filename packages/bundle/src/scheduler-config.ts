import { listed, plural } from '@isonoise/error';
import { PREDICTION_TYPES, type PredictionType } from '@isonoise/schedule';
import * as v from 'valibot';
import { bundleError } from './errors.ts';
import type { JsonObject } from './json.ts';
import {
  REFUSED_CLASSES,
  type SchedulerClassName,
  schedulerClass,
  schedulerClassNames,
} from './scheduler-classes.ts';
import type { BetaSchedule } from './scheduler-keys.ts';
import { NOTE_KEY, noteSchema } from './scheduler-note.ts';
import { modeOf } from './scheduler-sampling.ts';
import { gridsOf } from './scheduler-spacing.ts';
import { parseWith } from './schema.ts';
import { toSchedule } from './to-schedule.ts';

export const predictionTypeSchema: v.GenericSchema<PredictionType> = v.picklist(PREDICTION_TYPES);

/** Content of `scheduler/scheduler_config.json`: all keys of a diffusers class, including defaults. */
export type SchedulerConfig = DiffusionSchedulerConfig | FlowSchedulerConfig | SineSchedulerConfig;

/**
 * Content of the file for a diffusion schedule. It has the keys of the class, and notes, which start with an
 * underscore.
 */
export interface DiffusionSchedulerConfig extends JsonObject {
  readonly _class_name: SchedulerClassName;
  readonly num_train_timesteps: number;
  readonly beta_start: number;
  readonly beta_end: number;
  readonly beta_schedule: BetaSchedule;
  /** β values, `[num_train_timesteps]`, which override the three keys above; null if there are none. */
  readonly trained_betas: readonly number[] | null;
  readonly prediction_type: Exclude<PredictionType, 'flow'>;
}

/** Content of the file for a flow schedule. */
export interface FlowSchedulerConfig extends JsonObject {
  readonly _class_name: SchedulerClassName;
  readonly num_train_timesteps: number;
  readonly shift: number;
}

/** Content of the file for a sine schedule. */
export interface SineSchedulerConfig extends JsonObject {
  readonly _class_name: 'IPNDMScheduler';
  readonly num_train_timesteps: number;
}

/** Class of a file without `_class_name`. */
const DEFAULT_CLASS: SchedulerClassName = 'DDPMScheduler';

/**
 * Parses scheduler settings. Absent keys get the defaults of the diffusers class. Unknown classes, keys and values are
 * rejected with an error that names them. Invalid betas are rejected too.
 *
 * @param value parsed JSON
 * @param source name of the file, for errors
 * @throws `BUNDLE_FILE_INVALID` listing every invalid field
 * @throws `SCHEDULE_CONFIG` if the betas are invalid
 */
export function parseSchedulerConfig(value: unknown, source: string): SchedulerConfig {
  const name = classOf(value, source);
  const { keys } = schedulerClass(name);
  const schema = v.looseObject({
    _class_name: v.optional(v.literal(name), name),
    [NOTE_KEY]: v.exactOptional(noteSchema),
    ...keys,
  });
  // Drop this key, because its default in diffusers, -∞, is not JSON.
  const { lambda_min_clipped: _, ...config } = parseWith(schema, value, source) as JsonObject;
  const unknown = Object.keys(config).filter((key) => !key.startsWith('_') && !Object.hasOwn(keys, key));
  if (unknown.length > 0) {
    throw bundleError(
      'BUNDLE_FILE_INVALID',
      `${source}: got unsupported settings ${listed(unknown)} for ${name}; expected only ` +
        `${Object.keys(keys).join(', ')}. Remove them, or sample the model with diffusers.`,
    );
  }
  checkCombination(name, config, source);
  const scheduler = config as SchedulerConfig;
  toSchedule(scheduler);
  return scheduler;
}

/** Returns the class that a file names. @throws `BUNDLE_FILE_INVALID` if it is not supported */
function classOf(value: unknown, source: string): SchedulerClassName {
  const named =
    typeof value === 'object' && value !== null && '_class_name' in value ? value._class_name : undefined;
  if (named === undefined) return DEFAULT_CLASS;
  const found = schedulerClassNames.find((name) => name === named);
  if (found !== undefined) return found;
  const refusal =
    typeof named === 'string' && Object.hasOwn(REFUSED_CLASSES, named) ? REFUSED_CLASSES[named] : undefined;
  const reason = refusal === undefined ? '' : `, which is not supported because ${refusal.reason}`;
  const advice = refusal?.advice ?? 'Use one of these classes, or sample the model with diffusers.';
  throw bundleError(
    'BUNDLE_FILE_INVALID',
    `${source}: _class_name is ${JSON.stringify(named)}${reason}; expected one of ${schedulerClassNames.join(', ')}. ${advice}`,
  );
}

/** Rejects combinations of values that are supported only separately. */
function checkCombination(name: SchedulerClassName, config: JsonObject, source: string): void {
  const declared = schedulerClass(name);
  const grids = gridsOf(config).map(([key]) => key);
  if (grids.length > 1) {
    throw bundleError(
      'BUNDLE_FILE_INVALID',
      `${source}: ${grids.join(' and ')} are true; expected at most one grid of sigmas. Set all but one to false.`,
    );
  }
  const { timestep_spacing: spacing, steps_offset: offset, num_train_timesteps: count } = config;
  if (spacing === 'leading' && Number(offset) >= Number(count)) {
    throw bundleError(
      'BUNDLE_FILE_INVALID',
      `${source}: steps_offset is ${offset}; expected at most ${Number(count) - 1}, the last of ${plural(Number(count), 'timestep')}. Correct it.`,
    );
  }
  if (modeOf(declared, config) !== undefined) return;
  const keys = [...new Set(declared.modes.flatMap((mode) => Object.keys(mode.keys ?? {})))];
  const texts = declared.modes.map((mode) => Object.values(mode.keys ?? {}).join(' with '));
  throw bundleError(
    'BUNDLE_FILE_INVALID',
    `${source}: ${keys.join(', ')} of ${name} are ${keys.map((key) => String(config[key])).join(', ')}; expected one of ` +
      `${texts.join(', ')}. Change them, or sample the model with diffusers.`,
  );
}
