import type { ModelSpec } from '@isonoise/bundle';
import type { Condition } from '@isonoise/sampler';

/** A condition that a network accepts, for calls whose output does not matter: the first class, or no tags. */
export function anyCondition(
  { classes, tags }: Pick<ModelSpec, 'classes' | 'tags'>,
  images: number,
): Condition | undefined {
  if (tags !== undefined) return new Float32Array(images * tags.names.length);
  return classes === null ? undefined : new Int32Array(images);
}
