import { type ModelSpec, toSchedulerConfig } from '@isonoise/bundle';
import { nullClassOf } from './null-class.ts';
import type { TrainConfig } from './train-config.ts';

/**
 * What a run's model is to those who sample it.
 *
 * @param classNames in the order of the labels; null where the images had none
 * @param spacing which timesteps it is sampled at. Default `trailing`: it starts at T − 1, the pure noise that sampling
 *   starts from, with any number of steps
 */
export function modelSpecOf(
  name: string,
  config: TrainConfig,
  classNames: readonly string[] | null,
  image: ModelSpec['image'],
  spacing: ModelSpec['scheduler']['timestep_spacing'] = 'trailing',
): ModelSpec {
  const rows = config.network.num_class_embeds ?? null;
  return {
    name,
    image,
    dataRange: [-1, 1],
    scheduler: toSchedulerConfig(config.schedule, {
      prediction_type: config.objective.prediction,
      timestep_spacing: spacing,
    }),
    classes:
      rows === null ? null : { count: rows, names: classNames ?? [], nullClass: nullClassOf(rows, config) },
  };
}
