import type { ModelSpec, TagSpec } from '@isonoise/bundle';
import { plural } from '@isonoise/error';
import type { PlannedTags } from '@isonoise/sampler';
import { runtimeError } from './errors.ts';
import { nearestNames } from './nearest-names.ts';

/**
 * The tags of a request. Names are compared without regard to case and to spaces at their ends. The composed and the
 * decomposed form of a letter are equal.
 */
export interface TagRequest {
  /** Tags of all images, or a list for each image. Default: no tags. */
  readonly tags?: readonly string[] | readonly (readonly string[])[] | undefined;
  /** Tags that guidance steers away from. By default, guidance steers away from images without tags. */
  readonly without?: readonly string[] | undefined;
}

/** Maximum number of tags that an error lists. */
const MOST_LISTED = 10;

const fold = (name: string): string => name.normalize('NFC').trim().toLowerCase();

const known = new WeakMap<TagSpec, ReadonlyMap<string, number>>();

/**
 * Returns a map from folded names to tag numbers. A request may have thousands of names, so a model's names are
 * folded once.
 */
function numbersOf(tags: TagSpec): ReadonlyMap<string, number> {
  const before = known.get(tags);
  if (before !== undefined) return before;
  // A later entry replaces an earlier one. The reversed order therefore keeps the first of equal names.
  const numbers = new Map(tags.names.map((name, i) => [fold(name), i] as const).reverse());
  known.set(tags, numbers);
  return numbers;
}

/**
 * Resolves the names of tags.
 *
 * @param field name of the request's field, for error messages
 * @returns the number of each tag once, in the order of the names
 * @throws `RUNTIME_REQUEST` if the model lacks a tag; the message suggests similar tags
 */
export function chooseTags(
  { tags, name: model }: Pick<ModelSpec, 'tags' | 'name'>,
  names: readonly string[],
  field: keyof TagRequest,
): readonly number[] {
  if (tags === undefined) {
    return fail(
      `${field} is ${JSON.stringify(names)}, but ${model} was trained without tags; expected no tags. Omit ${field}.`,
    );
  }
  return [...new Set(names.map((name) => tagNumber(tags, name, model)))];
}

function tagNumber(tags: TagSpec, name: string, model: string): number {
  const folded = fold(name);
  const found = numbersOf(tags).get(folded);
  if (found !== undefined) return found;
  const near = nearestNames(folded, tags.names);
  const [more, listed] = [tags.names.length - MOST_LISTED, tags.names.slice(0, MOST_LISTED).join(', ')];
  return fail(
    `${JSON.stringify(name)} is not a tag of ${model}; expected one of its ${plural(tags.names.length, 'tag')}. ` +
      (near.length > 0
        ? `The nearest are ${near.join(', ')}.`
        : `The most common are ${listed}${more > 0 ? ', …' : ''}.`),
  );
}

/**
 * Resolves the tags of a request.
 *
 * @param images number of images
 * @returns undefined for a model without tags
 * @throws `RUNTIME_REQUEST` if the model lacks a tag, or the request has lists for a different number of images
 */
export function resolveTags(
  spec: Pick<ModelSpec, 'tags' | 'name'>,
  { tags = [], without = [] }: TagRequest,
  images: number,
): PlannedTags | undefined {
  if (spec.tags === undefined) {
    if (tags.length > 0) chooseTags(spec, tags.flat(), 'tags');
    if (without.length > 0) chooseTags(spec, without, 'without');
    return undefined;
  }
  const lists = isPerImage(tags) ? tags : Array.from({ length: images }, () => tags);
  if (lists.length !== images) {
    fail(
      `got ${plural(lists.length, 'list of tags', 'lists of tags')} for ${plural(images, 'image')}; expected one list, or one per image.`,
    );
  }
  const chosen = new Map<readonly string[], readonly number[]>();
  for (const list of lists) if (!chosen.has(list)) chosen.set(list, chooseTags(spec, list, 'tags'));
  return {
    count: spec.tags.names.length,
    images: lists.map((list) => chosen.get(list) ?? []),
    without: chooseTags(spec, without, 'without'),
  };
}

/** Whether each image has its own list. */
const isPerImage = (tags: NonNullable<TagRequest['tags']>): tags is readonly (readonly string[])[] =>
  tags.some((each) => typeof each !== 'string');

function fail(problem: string): never {
  throw runtimeError('RUNTIME_REQUEST', `sample: ${problem}`);
}
