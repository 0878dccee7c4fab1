import type { ModelSpec } from '@isonoise/bundle';

/**
 * Returns the class and the guidance scale for images that an export draws; no fields for a model without classes.
 *
 * @param guidance guidance scale to use if the model supports guidance
 * @param choose chooses a class, or one for each image, from the number of classes
 */
export function drawnClasses<C>(
  { classes }: ModelSpec,
  guidance: number,
  choose: (count: number) => C,
): { readonly class?: C; readonly guidance?: number } {
  const count = classes?.names.length ?? 0;
  if (count === 0) return {};
  return { class: choose(count), ...(classes?.nullClass == null ? {} : { guidance }) };
}

/**
 * Returns the tags and the guidance scale for images that an export draws; no fields for a model without tags.
 *
 * @param guidance guidance scale to use if the model supports guidance
 * @param choose chooses tags, or tags for each image, from the names of the tags
 */
export function drawnTags<T>(
  { tags }: ModelSpec,
  guidance: number,
  choose: (names: readonly string[]) => T,
): { readonly tags?: T; readonly guidance?: number } {
  if (tags === undefined) return {};
  return { tags: choose(tags.names), ...(tags.dropped ? { guidance } : {}) };
}
