import {
  type JsonObject,
  parseSchedulerConfig,
  type SchedulerConfig,
  schedulerMeaning,
  schedulerProcess,
} from '@isonoise/bundle';
import { plural } from '@isonoise/error';
import { importError } from './errors.ts';
import { readJson } from './read-json.ts';
import type { SourceFile } from './source.ts';

/** Keys of schedulers of diffusers before version 0.3. They do not affect the values. */
const OLD_KEYS: readonly string[] = ['tensor_format', 'timestep_values', 'timesteps'];

/**
 * Reads the scheduler of a model. A model without one gets the defaults of `DDPMScheduler`.
 *
 * @param own scheduler in the configuration of the network; null if there is none
 * @throws `BUNDLE_FILE_INVALID` if the class, a key or a value is not supported
 */
export async function readScheduler(
  file: SourceFile | null,
  own: JsonObject | null,
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
  const config: JsonObject = Object.fromEntries(
    Object.entries(given).filter(([key]) => !OLD_KEYS.includes(key)),
  );
  return { scheduler: parseSchedulerConfig(config, file.description), notes: [] };
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
      `import: the network has a learned row for each of ${plural(Number(rows), 'timestep')}, and the scheduler is ` +
        `${scheduler._class_name} with ${scheduler.num_train_timesteps}; expected whole timesteps below the number of rows. ` +
        'Name the scheduler of the training with --scheduler.',
    );
  }
  const { spacing } = schedulerMeaning(scheduler);
  if (type === 'fourier' && isDiscrete && spacing !== 'trailing') {
    throw importError(
      'IMPORT_UNKNOWN_MODEL',
      'import: the network divides its output by t (time_embedding_type fourier), and the timesteps of ' +
        `${scheduler._class_name} end at 0; expected times above 0. Name another scheduler with --scheduler, such as one with ` +
        'timestep_spacing trailing.',
    );
  }
}
