import type { ModelSpec } from '@isonoise/bundle';
import { plural } from '@isonoise/error';
import type { PlannedBlend } from '@isonoise/sampler';
import { type ClassChoice, chooseClass } from './class-choice.ts';
import { runtimeError } from './errors.ts';
import { resolveTags, type TagRequest } from './tag-choice.ts';

/**
 * A second class, or a second list of tags. The network's outputs for it are mixed with the outputs for the request's
 * class or tags.
 */
export interface BlendRequest {
  /** One class for all images, or one per image; only for models with classes. */
  readonly class?: ClassChoice | readonly ClassChoice[] | undefined;
  /** Tags of all images, or a list per image; only for models with tags. */
  readonly tags?: TagRequest['tags'];
  /** Share of the second class or tags, for all images or per image. 0 means only the first, and 1 only the second. */
  readonly share: number | readonly number[];
}

const isList = <T>(value: T | readonly T[]): value is readonly T[] => Array.isArray(value);

/**
 * Resolves the classes or tags of a blend. The sampler checks the shares.
 *
 * @param images number of images
 * @throws `RUNTIME_REQUEST` if the model lacks the class or a tag, or the length of a list is not the number of
 *   images
 */
export function resolveBlend(
  spec: ModelSpec,
  blend: BlendRequest | undefined,
  images: number,
): PlannedBlend | undefined {
  if (blend === undefined) return undefined;
  const { class: chosen, tags, share } = blend;
  const shares = isList(share) ? share : Array.from({ length: images }, () => share);
  if (shares.length !== images)
    fail(
      `blend has ${plural(shares.length, 'share')} for ${plural(images, 'image')}; expected one share, or one per image.`,
    );
  if ((chosen === undefined) === (tags === undefined))
    return fail(
      `blend has ${chosen === undefined ? 'neither class nor tags' : 'class and tags'}; expected one of them.`,
    );
  if (tags !== undefined) return { tags: resolveTags(spec, { tags }, images)?.images, shares };
  const choices = isList(chosen) ? chosen : [chosen];
  const labels = choices.map((each = 0) => chooseClass(spec, each).label);
  if (isList(chosen) && labels.length !== images)
    fail(
      `blend has ${plural(labels.length, 'class', 'classes')} for ${plural(images, 'image')}; expected one class, or one per image.`,
    );
  return { classLabels: isList(chosen) ? labels : shares.map(() => labels[0] ?? 0), shares };
}

function fail(problem: string): never {
  throw runtimeError('RUNTIME_REQUEST', `sample: ${problem}`);
}
