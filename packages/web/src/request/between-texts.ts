import type { ModelSpec } from '@isonoise/bundle';
import type { End } from '@isonoise/runtime';
import { ALL_CLASSES, chosenClass } from './class-text.ts';
import { isSeed } from './seed-text.ts';
import { readTags, tagError } from './tag-text.ts';

/** The end of an interpolation as the form and links hold it; `''` if it is the same as the beginning. */
export interface BetweenTexts {
  readonly toSeed: string;
  /** Class or tags, as in the field `class` of a form. */
  readonly toClass: string;
}

export const NO_BETWEEN_TEXTS: BetweenTexts = { toSeed: '', toClass: '' };

/** Whether a form asks for pictures between two seeds, two classes or two lists of tags. */
export const isBetween = ({ toSeed, toClass }: BetweenTexts): boolean =>
  toSeed.trim() !== '' || toClass.trim() !== '';

/** Both ends of an interpolation, or the errors by field. */
type ReadBetween =
  | { readonly from: End; readonly to: End }
  | { readonly errors: Readonly<Partial<Record<keyof BetweenTexts | 'class' | 'images' | 'count', string>>> };

/** Fields of a form that an interpolation reads. */
interface Ends extends BetweenTexts {
  readonly seed: string;
  readonly class: string;
  readonly count: string;
  readonly images: string;
}

/** Checks the fields of an interpolation. Errors are worded for the form. */
export function readBetween(form: Ends, spec: ModelSpec): ReadBetween {
  const { toSeed, toClass, count, images } = form;
  if (images !== '') return { errors: { images: 'In-between pictures have no numbers. Draw all images.' } };
  if (count.trim() === '1') return { errors: { count: 'At least 2, for both ends.' } };
  if (toSeed !== '' && !isSeed(toSeed)) return { errors: { toSeed: 'A whole number from 0 to 2⁶⁴ − 1.' } };
  const seed = toSeed === '' ? form.seed : toSeed;
  const isSameSeed = isSeed(form.seed) && BigInt(seed) === BigInt(form.seed);
  if (isSameSeed && (toClass === '' || toClass === form.class))
    return { errors: { toSeed: 'The same as the first. Choose another seed, class or tags.' } };
  if (spec.tags !== undefined) return readTagEnds(form, spec, seed);
  if (toClass !== '' && chosenClass({ class: toClass }, spec) === null)
    return { errors: { toClass: `${spec.name} has no class ${toClass}.` } };
  if (form.class === ALL_CLASSES) return { errors: { class: 'Choose the first class.' } };
  const first = chosenClass(form, spec);
  const last = toClass === '' ? first : chosenClass({ class: toClass }, spec);
  if (first === null && last !== null) return { errors: { class: 'Choose the first class.' } };
  const condition = (chosen: typeof first) => (chosen === null ? {} : { class: chosen.label });
  return {
    from: { seed: form.seed, ...condition(first) },
    to: { seed, ...condition(last) },
  };
}

function readTagEnds(
  { seed: first, class: from, toClass }: Ends,
  spec: ModelSpec,
  seed: string,
): ReadBetween {
  const error = toClass === '' ? undefined : tagError(toClass, spec);
  if (error !== undefined) return { errors: { toClass: error } };
  const last = readTags(toClass);
  if (last.without.length > 0)
    return { errors: { toClass: 'Tags with a minus sign belong in the first field.' } };
  const { tags } = readTags(from);
  if (toClass !== '' && tags.length === 0) return { errors: { class: 'Enter the first tags.' } };
  if (toClass === '' && tags.length === 0) return { from: { seed: first }, to: { seed } };
  return { from: { seed: first, tags }, to: { seed, tags: toClass === '' ? tags : last.tags } };
}
