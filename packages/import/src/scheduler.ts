import {
  isGuidable,
  type JsonObject,
  type ModelSpec,
  parseSchedulerConfig,
  predictsVariances,
  type SchedulerConfig,
  schedulerMeaning,
  schedulerProcess,
  whyNotGuidable,
  withSampler,
} from '@isonoise/bundle';
import { plural, showValue } from '@isonoise/error';
import { importError } from './errors.ts';
import { inFile } from './in-file.ts';
import { readJson } from './read-json.ts';
import type { SourceFile } from './source.ts';

/** Keys of schedulers of diffusers before version 0.3. They do not affect the values. */
const OLD_KEYS: readonly string[] = ['tensor_format', 'timestep_values', 'timesteps'];

/**
 * Reads the scheduler of a model. A model without one gets the defaults of `DDPMScheduler`.
 *
 * @param own scheduler in the configuration of the network; null if there is none
 * @param named class that model_index.json names; undefined if it names none
 * @throws `BUNDLE_FILE_INVALID` if the class, a key or a value is not supported
 */
export async function readScheduler(
  file: SourceFile | null,
  own: JsonObject | null,
  named?: string,
): Promise<{ readonly scheduler: SchedulerConfig; readonly notes: readonly string[] }> {
  if (file === null && own !== null)
    return { scheduler: parseSchedulerConfig(own, 'the options of the training script'), notes: [] };
  if (file === null) {
    return {
      scheduler: parseSchedulerConfig({}, 'DDPMScheduler'),
      notes: [
        'the model has no scheduler; took the defaults of DDPMScheduler: 1000 timesteps, linear betas, prediction of the noise',
      ],
    };
  }
  const given = await readJson(file);
  const config: JsonObject = {
    ...(named === undefined ? {} : { _class_name: named }),
    ...Object.fromEntries(Object.entries(given).filter(([key]) => !OLD_KEYS.includes(key))),
  };
  return {
    scheduler: inFile(file, () => parseSchedulerConfig(config, file.description)),
    notes:
      named === undefined || config._class_name === named
        ? []
        : [
            `model_index.json names the scheduler ${showValue(named)}; took the class of ${file.description}, ${showValue(config._class_name)}`,
          ],
  };
}

/**
 * Removes the recommended guidance of a scheduler, which isonoise wrote, if the imported model cannot be guided.
 *
 * @returns the scheduler, and a note if the guidance was removed
 */
export function fitGuidance(
  scheduler: SchedulerConfig,
  conditions: Pick<ModelSpec, 'classes' | 'tags'>,
): { readonly scheduler: SchedulerConfig; readonly notes: readonly string[] } {
  const { guidance } = schedulerMeaning(scheduler);
  if (guidance === null || isGuidable(conditions)) return { scheduler, notes: [] };
  return {
    scheduler: withSampler(scheduler, { guidance: null }),
    notes: [
      `the scheduler recommends guidance ${guidance}; it was left out, because ${whyNotGuidable(conditions)}, so it cannot be guided`,
    ],
  };
}

/**
 * Checks that the network outputs variances exactly if the scheduler uses them.
 *
 * @param config configuration of the network, with all defaults
 * @throws `IMPORT_UNKNOWN_MODEL`
 */
export function checkVariances(
  { in_channels: given, out_channels: got }: JsonObject,
  scheduler: SchedulerConfig,
): void {
  const variances = predictsVariances(scheduler);
  const expected = Number(given) * (variances ? 2 : 1);
  if (got === undefined || got === expected) return;
  if (got !== Number(given) && got !== 2 * Number(given)) {
    throw importError(
      'IMPORT_UNKNOWN_MODEL',
      `the network has ${plural(Number(given), 'input channel')} and ${plural(Number(got), 'output channel')}; expected ` +
        `${Number(given)} output channels, or ${2 * Number(given)} with variances. isonoise cannot import such a network.`,
    );
  }
  throw importError(
    'IMPORT_UNKNOWN_MODEL',
    `variance_type is ${showValue(scheduler.variance_type)}, and the network has ${plural(Number(got), 'output channel')}; expected ` +
      `${expected}, ${variances ? 'for the prediction and the variances' : 'for the prediction alone'}. Name the ` +
      'scheduler of the training with --scheduler.',
  );
}

/**
 * Checks that the network is defined at the times of the scheduler.
 *
 * @param config configuration of the network, with all defaults
 * @throws `IMPORT_UNKNOWN_MODEL`
 */
export function checkTimes(config: JsonObject, scheduler: SchedulerConfig): void {
  const { time_embedding_type: type, num_train_timesteps: rows } = config;
  const isDiscrete = schedulerProcess(scheduler) === 'diffusion';
  if (type === 'learned' && !(isDiscrete && scheduler.num_train_timesteps <= Number(rows))) {
    throw importError(
      'IMPORT_UNKNOWN_MODEL',
      `the network has a learned row for each of ${plural(Number(rows), 'timestep')}, and the scheduler is ` +
        `${scheduler._class_name} with ${scheduler.num_train_timesteps}; expected whole timesteps below the number of rows. ` +
        'Name the scheduler of the training with --scheduler.',
    );
  }
  const { spacing } = schedulerMeaning(scheduler);
  if (type === 'fourier' && isDiscrete && spacing !== 'trailing') {
    throw importError(
      'IMPORT_UNKNOWN_MODEL',
      'the network divides its output by t (time_embedding_type fourier), and the timesteps of ' +
        `${scheduler._class_name} end at 0; expected times above 0. Name another scheduler with --scheduler, such as one with ` +
        'timestep_spacing trailing.',
    );
  }
}
