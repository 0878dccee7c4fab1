import { type ModelSpec, pixelsOf, type TagSpec, toSchedulerConfig } from '@isonoise/bundle';
import type { TimestepRule } from '@isonoise/schedule';
import { nullClassOf } from './null-class.ts';
import type { TrainConfig } from './train-config.ts';

/** The names of a model's classes and tags. */
export interface ModelNames {
  /** Names of the classes, in the order of the labels; null without classes. */
  readonly classNames: readonly string[] | null;
  /** Names of the tags, with their numbers of images; null without tags. */
  readonly tags?: Omit<TagSpec, 'dropped'> | null | undefined;
}

/**
 * Returns the specification of a run's model, which sampling needs.
 *
 * @param names names of the classes and the tags
 * @param spacing spacing of the timesteps in sampling. Default `trailing`, which starts at T − 1, near pure noise,
 *   for any number of steps. Ignored for a flow schedule, for which diffusers has no key
 */
export function modelSpecOf(
  name: string,
  config: TrainConfig,
  { classNames, tags = null }: ModelNames,
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
    ...((config.network.num_tags ?? null) !== null &&
      tags !== null && { tags: { ...tags, dropped: config.labelDropout > 0 } }),
  };
}
