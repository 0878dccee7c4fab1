import type { ModelSpec } from '@isonoise/bundle';
import { guidanceSettingNames, type PlannedTags } from '@isonoise/sampler';
import { runtimeError } from './errors.ts';
import type { ModelSampleRequest, PlannedModelRequest } from './model-request.ts';

/**
 * Checks the guidance of a request without tags and without a guide. Unless guidance is off (scale 1), the model needs
 * a null class, and the request needs a class.
 *
 * @param chosen the class of the request; undefined if it has none
 * @throws `RUNTIME_REQUEST` if guidance is on and one of the two is missing
 */
export function requireGuidable(
  nullClass: number | null,
  chosen: ModelSampleRequest['class'],
  scale: number,
): void {
  if (scale === 1 || (nullClass !== null && chosen !== undefined)) return;
  fail(
    nullClass === null
      ? `guidance is ${scale}, but the model was trained without a null class; expected a guide. Add a guide, or omit guidance.`
      : `guidance is ${scale} without a class; expected a class or a guide. Add class, or omit guidance.`,
  );
}

/**
 * Requires that a model with tags can draw the request, and can guide it if guidance is on (its scale is not 1).
 *
 * @param blended tags of each image that are blended with `images`. Default: none
 * @throws `RUNTIME_REQUEST` if an image has no tags, or guidance no negative tags, but the model was never trained on
 *   images without tags; also if guidance is on, and the request has neither tags nor negative tags
 */
export function requireTags(
  { name, tags: known }: ModelSpec,
  { images, without }: PlannedTags,
  scale: number,
  blended: readonly (readonly number[])[] = [],
): void {
  const isDropped = known?.dropped === true;
  if (!isDropped && [...images, ...blended].some((tags) => tags.length === 0)) {
    fail(
      `tags are missing; expected some, because ${name} was never trained on images without tags. Add tags.`,
    );
  }
  if (scale === 1 || without.length > 0) return;
  if (!isDropped) {
    fail(
      `guidance is ${scale}, but ${name} was never trained on images without tags; expected negative tags (without) or a guide. Add one of them, or omit guidance.`,
    );
  }
  if ([...images, ...blended].every((tags) => tags.length === 0)) {
    fail(`guidance is ${scale} without tags; expected tags or a guide. Add tags, or omit guidance.`);
  }
}

/**
 * Requires a guidance scale if the request has other guidance options, because the default scale does not suit them.
 *
 * @throws `RUNTIME_REQUEST` if the request has such options but no scale
 */
export function requireScale(request: PlannedModelRequest): void {
  if (request.guidance !== undefined) return;
  const given = (['guide', ...guidanceSettingNames] as const).filter((name) => request[name] !== undefined);
  if (given.length === 0) return;
  fail(`got ${given.join(', ')} without guidance; expected the scale of guidance with them. Add guidance.`);
}

function fail(problem: string): never {
  throw runtimeError('RUNTIME_REQUEST', `sample: ${problem}`);
}
