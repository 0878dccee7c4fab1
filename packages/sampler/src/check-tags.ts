import { plural, showValue } from '@isonoise/error';
import { type Fail, PLAN_LIMITS } from './plan-limits.ts';
import type { PlannedTags } from './sampling-plan.ts';

/**
 * Checks the tags of a plan.
 *
 * @param value undefined for a model without tags
 * @param images number of images
 */
export function checkTags(value: unknown, images: number, fail: Fail): PlannedTags | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'object' || value === null) {
    return fail(`tags is ${showValue(value)}; expected { count, images, without }.`);
  }
  const { count, images: lists, without } = value as { readonly [K in keyof PlannedTags]?: unknown };
  if (typeof count !== 'number' || !(Number.isInteger(count) && count >= 1 && count <= PLAN_LIMITS.tags)) {
    return fail(`tags.count is ${showValue(count)}; expected an integer in [1, ${PLAN_LIMITS.tags}].`);
  }
  if (images * count > PLAN_LIMITS.values) {
    return fail(
      `the rows of ${plural(count, 'tag')} for ${plural(images, 'image')} have ${images * count} values; expected at most ${PLAN_LIMITS.values}.`,
    );
  }
  if (!Array.isArray(lists) || lists.length !== images) {
    return fail(
      `tags.images is ${showValue(lists)}; expected a list of tags for each of ${plural(images, 'image')}.`,
    );
  }
  return Object.freeze({
    count,
    images: Object.freeze(lists.map((list, i) => checkList(`tags.images[${i}]`, list, count, fail))),
    without: checkList('tags.without', without, count, fail),
  });
}

function checkList(name: string, value: unknown, count: number, fail: Fail): readonly number[] {
  const isTag = (each: unknown): each is number =>
    typeof each === 'number' && Number.isInteger(each) && each >= 0 && each < count;
  if (!Array.isArray(value) || !value.every(isTag) || new Set(value).size !== value.length) {
    return fail(`${name} is ${showValue(value)}; expected distinct integers in [0, ${count - 1}].`);
  }
  return Object.freeze([...value]);
}
