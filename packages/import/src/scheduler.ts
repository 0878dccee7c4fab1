import { type JsonObject, parseSchedulerConfig, type SchedulerConfig } from '@isonoise/bundle';
import { readJson } from './read-json.ts';
import type { SourceFile } from './source.ts';

/** Keys of schedulers of diffusers before version 0.3. They do not affect the values. */
const OLD_KEYS: readonly string[] = ['tensor_format', 'timestep_values', 'timesteps'];

/**
 * Reads the scheduler of a model. A model without one gets the defaults of `DDPMScheduler`.
 *
 * @param own scheduler of the configuration of the network; null if it has none
 * @throws `BUNDLE_FILE_INVALID` the class, a key or a value is not supported
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
