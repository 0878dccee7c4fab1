import type { ClassSpec, ModelSpec } from '@isonoise/bundle';
import { runtimeError } from './errors.ts';

/** A class: its number, or text that {@link chooseClass} reads. */
export type ClassChoice = number | string;

/** Which class a choice means. */
export interface ChosenClass {
  /** Number of the class: the network's label. */
  readonly label: number;
  /** null for the null class, which stands for no class. */
  readonly name: string | null;
  readonly by: 'name' | 'number';
}

/** Classes that an error lists; a model may have thousands. */
const MOST_LISTED = 20;

const DIGITS = /^\d+$/;

/**
 * The one rule of how a class is chosen, for library, command line, API and page.
 *
 * A number is the number of a class. Text is a class of that name (composed and decomposed letters are one name); else
 * digits are a number, but only where no class is named by digits: with the names 1, 2, 10, 11 nobody could tell whether
 * `3` was meant as a name.
 *
 * @throws `RUNTIME_REQUEST` listing the classes that there are
 */
export function chooseClass(
  { classes, name }: Pick<ModelSpec, 'classes' | 'name'>,
  choice: ClassChoice,
): ChosenClass {
  const shown = JSON.stringify(choice);
  if (classes === null) return fail(`got class ${shown}, but ${name} is unconditional; leave it out.`);
  const { names, count } = classes;
  const known = `expected a class of ${name}: ${listClasses(classes)}`;
  if (typeof choice === 'number') {
    if (!Number.isInteger(choice) || choice < 0 || choice >= count)
      return fail(`class is ${shown}; ${known}.`);
    return { label: choice, name: names[choice] ?? null, by: 'number' };
  }
  const named = names.findIndex((each) => each.normalize('NFC') === choice.normalize('NFC'));
  if (named >= 0) return { label: named, name: names[named] ?? null, by: 'name' };
  if (!DIGITS.test(choice)) return fail(`class is ${shown}; ${known}.`);
  if (names.some((each) => DIGITS.test(each))) {
    return fail(
      `class is ${shown}, which is not a name; ${known}. Names here are numbers: choose by name, or give the number ` +
        'itself (--class-index of the command line, a JSON number in the API).',
    );
  }
  if (Number(choice) >= names.length) return fail(`class is ${shown}; ${known}.`);
  return { label: Number(choice), name: names[Number(choice)] ?? null, by: 'number' };
}

/** @returns `class 3 "cat" (by number)`: which class was chosen, for people */
export function showClass({ label, name, by }: ChosenClass): string {
  return name === null ? `no class (label ${label})` : `class ${label} ${JSON.stringify(name)} (by ${by})`;
}

/** @returns `0 "dog", 1 "cat"` */
export function listClasses({ names }: ClassSpec): string {
  const listed = names.slice(0, MOST_LISTED).map((name, i) => `${i} ${JSON.stringify(name)}`);
  const more = names.length - listed.length;
  return `${listed.join(', ')}${more > 0 ? `, … (${more} more)` : ''}`;
}

function fail(problem: string): never {
  throw runtimeError('RUNTIME_REQUEST', `sample: ${problem}`);
}
