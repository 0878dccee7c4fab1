import type { ModelSpec } from '@isonoise/bundle';
import { type ChosenClass, chooseClass } from '@isonoise/runtime';

/** Value of the class field for all classes in turn, one per column, as with `--class all` on the command line. */
export const ALL_CLASSES = 'all';

/**
 * Returns the form's text for a class: its name, or `#` and its number if the name is reserved, empty or
 * already used by an earlier class.
 */
export function classText(names: readonly string[], label: number): string {
  const name = names[label] ?? '';
  const isPlain = name !== '' && name !== ALL_CLASSES && !name.startsWith('#');
  return isPlain && names.indexOf(name) === label ? name : `#${label}`;
}

/**
 * Returns the class that the form gives as a name or number; null for no class, all classes or an unknown
 * class.
 */
export function chosenClass(form: { readonly class: string }, spec: ModelSpec): ChosenClass | null {
  if (form.class === '' || form.class === ALL_CLASSES) return null;
  try {
    const [, number] = /^#(\d+)$/.exec(form.class) ?? [];
    const chosen = chooseClass(spec, number === undefined ? form.class : Number(number));
    // The null class means "without a class", so guidance towards it is not possible.
    return chosen.name === null ? null : chosen;
  } catch {
    return null;
  }
}
