import { type ModelSpec, toSchedulerConfig } from '@isonoise/bundle';
import { nullClassOf } from './null-class.ts';
import type { TrainConfig } from './train-config.ts';

/**
 * What a run's model is to those who sample it.
 *
 * @param classNames in the order of the labels; null where the images had none
 */
export function modelSpecOf(
  name: string,
  config: TrainConfig,
  classNames: readonly string[] | null,
  image: ModelSpec['image'],
): ModelSpec {
  const rows = config.unet.num_class_embeds ?? null;
  return {
    name,
    image,
    dataRange: [-1, 1],
    scheduler: toSchedulerConfig(config.schedule, { prediction_type: config.objective.prediction }),
    classes:
      rows === null ? null : { count: rows, names: classNames ?? [], nullClass: nullClassOf(rows, config) },
  };
}
