import type { ModelSpec } from '@isonoise/bundle';
import { printable } from '@isonoise/error';
import type { SamplingPlan } from '@isonoise/sampler';

/**
 * Returns the names of each image's tags, and of the negative tags. For models without tags, the object is
 * empty.
 */
export function namedTags({ tags }: SamplingPlan, spec: ModelSpec): Readonly<Record<string, unknown>> {
  if (tags === undefined) return {};
  const named = (list: readonly number[]): readonly unknown[] => list.map((tag) => spec.tags?.names[tag]);
  return { tags: tags.images.map(named), without: named(tags.without) };
}

/** Maximum number of lists of tags that are shown. */
const MAX_LISTS = 40;

/** Returns the tags of the images and the negative tags, as rows of a table. */
export function tagTexts({ tags }: SamplingPlan, spec: ModelSpec): readonly (readonly [string, string])[] {
  if (tags === undefined) return [];
  const text = (list: readonly number[]): string =>
    list.map((tag) => printable(spec.tags?.names[tag] ?? '')).join(' + ');
  const lists = [...new Set(tags.images.map(text))];
  const shown = lists.slice(0, MAX_LISTS).map((list) => list || 'none');
  return [
    ['tags', `${shown.join(', ')}${lists.length > MAX_LISTS ? ', …' : ''}`],
    ...(tags.without.length === 0 ? [] : [['without', text(tags.without)] as const]),
  ];
}
