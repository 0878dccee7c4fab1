import { type ModelSpec, pixelsOf, toSchedulerConfig } from '@isonoise/bundle';
import type { TimestepRule } from '@isonoise/schedule';
import { nullClassOf } from './null-class.ts';
import type { TrainConfig } from './train-config.ts';

/**
 * Returns the specification of a run's model, as sampling needs it.
 *
 * @param classNames in the order of the labels; null without classes
 * @param spacing spacing of the timesteps in sampling. It is ignored for a flow schedule, because diffusers
 *   has no key for it there. Default `trailing`, which starts at T − 1, near pure noise, for any number of
 *   steps
 */
export function modelSpecOf(
  name: string,
  config: TrainConfig,
  classNames: readonly string[] | null,
  image: ModelSpec['image'],
  spacing: TimestepRule = 'trailing',
): ModelSpec {
  const rows = config.network.num_class_embeds ?? null;
  return {
    name,
    image,
    ...pixelsOf(image),
    dataRange: [-1, 1],
    scheduler: toSchedulerConfig(config.schedule, {
      prediction_type: config.objective.prediction,
      timestep_spacing: spacing,
    }),
    classes:
      rows === null ? null : { count: rows, names: classNames ?? [], nullClass: nullClassOf(rows, config) },
  };
}
