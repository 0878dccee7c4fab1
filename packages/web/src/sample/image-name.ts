import type { ModelSpec } from '@isonoise/bundle';
import { isBetween } from '../request/between-texts.ts';
import { ALL_CLASSES, chosenClass, classText } from '../request/class-text.ts';
import type { RequestForm } from '../request/request-form.ts';
import { readTags } from '../request/tag-text.ts';

/** Names a class in a sentence. A class named by a number, such as a digit, would look like the number of an image. */
const classNamed = (name: string): string => (/^\d+$/.test(name) ? `class ${name}` : name);

/** Names an end of in-between pictures by what differs: its class or tags, otherwise its seed. */
function endOf({ class: first, seed, toClass, toSeed }: RequestForm, isLast: boolean): string {
  if (toClass !== '') return classNamed(isLast ? toClass : first);
  return `seed ${isLast ? toSeed : seed}`;
}

/** Returns the class or the tags of an image; empty if it has none. */
function subjectOfImage(image: number, form: RequestForm | null, spec: ModelSpec): string {
  if (form === null) return '';
  if (isBetween(form)) return `between ${endOf(form, false)} and ${endOf(form, true)}`;
  if (form.class === '') return '';
  if (spec.tags !== undefined) return readTags(form.class).tags.join(', ');
  const names = spec.classes?.names ?? [];
  if (form.class === ALL_CLASSES) return classNamed(names[image % names.length] ?? '');
  return classNamed(chosenClass(form, spec)?.name ?? '');
}

/**
 * Returns the class of an image as the form writes it; the form's own text if all images have the same class or tags.
 */
export function classOfImage(image: number, form: RequestForm, { classes }: ModelSpec): string {
  const names = classes?.names ?? [];
  return form.class === ALL_CLASSES && names.length > 0 ? classText(names, image % names.length) : form.class;
}

/** Names an image for display: `Image 3, cat` or `Image 3, class 7`. Images count from 0, as in requests and file names. */
export function nameOfImage(image: number, form: RequestForm | null, spec: ModelSpec): string {
  const subject = subjectOfImage(image, form, spec);
  return subject === '' ? `Image ${image}` : `Image ${image}, ${subject}`;
}
