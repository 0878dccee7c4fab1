import type { ModelSpec } from '@isonoise/bundle';
import { type Condition, tagRows } from '@isonoise/sampler';
import type { DrawRequest } from './probe.ts';

/**
 * Chooses the class or the tag for a seed, without guidance. Consecutive seeds get consecutive classes or tags, so that
 * all are drawn. The null class is not drawn. The choice is empty if the model has neither classes nor tags.
 */
export function choiceOf(
  { classes, tags }: Pick<ModelSpec, 'classes' | 'tags'>,
  seed: number,
): Pick<DrawRequest, 'class' | 'tags' | 'guidance'> {
  if (tags !== undefined) return { tags: [tags.names[seed % tags.names.length] ?? ''], guidance: 1 };
  if (classes === null || classes.names.length === 0) return {};
  return { class: seed % classes.names.length, guidance: 1 };
}

/**
 * Returns the condition of a batch of images with the choices of {@link choiceOf}.
 * @returns classes `[B]` or rows of tags `[B, K]`; undefined for a network without classes and tags
 */
export function conditionOfSeeds(
  { classes, tags }: Pick<ModelSpec, 'classes' | 'tags'>,
  seeds: readonly number[],
): Condition | undefined {
  if (tags !== undefined) {
    const count = tags.names.length;
    return tagRows(
      seeds.map((seed) => [seed % count]),
      count,
    );
  }
  return classes === null ? undefined : Int32Array.from(seeds, (seed) => seed % (classes.names.length || 1));
}
