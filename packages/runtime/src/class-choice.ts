import type { ClassSpec, ModelSpec } from '@isonoise/bundle';
import { runtimeError } from './errors.ts';

/** A class: its number, or text that {@link chooseClass} interprets. */
export type ClassChoice = number | string;

/** The class that a choice refers to. */
export interface ChosenClass {
  /** Number of the class, which the network gets as its label. */
  readonly label: number;
  /** Name of the class; null for the null class, which stands for "no class". */
  readonly name: string | null;
  readonly by: 'name' | 'number';
}

/** Maximum number of classes that an error lists; a model may have thousands. */
const MOST_LISTED = 20;

const DIGITS = /^\d+$/;

/**
 * Resolves the choice of a class. The library, the command line, the API and the page all use this rule.
 *
 * - A number is the number of a class.
 * - Text is the name of a class. The composed and decomposed forms of a letter are equal.
 * - Digits that are not a name are a class number if no class name consists of digits. With the names 1, 2, 10, 11,
 *   the choice `3` would be ambiguous.
 *
 * @throws `RUNTIME_REQUEST` if the choice is not a class of the model; the message lists the classes
 */
export function chooseClass(
  { classes, tags, name }: Pick<ModelSpec, 'classes' | 'tags' | 'name'>,
  choice: ClassChoice,
): ChosenClass {
  const shown = JSON.stringify(choice);
  if (tags !== undefined)
    return fail(`class is ${shown}, but ${name} has tags instead of classes; expected tags. Use tags.`);
  if (classes === null)
    return fail(`class is ${shown}, but ${name} is unconditional; expected no class. Omit class.`);
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
      `class is ${shown}, which is not a name; ${known}. Names here are digits: choose by name, or give the class ` +
        'number (--class-index of the command line, a JSON number in the API).',
    );
  }
  if (Number(choice) >= names.length) return fail(`class is ${shown}; ${known}.`);
  return { label: Number(choice), name: names[Number(choice)] ?? null, by: 'number' };
}

/** @returns a description of the chosen class, such as `class 3 "cat" (by number)` */
export function showClass({ label, name, by }: ChosenClass): string {
  return name === null ? `no class (label ${label})` : `class ${label} ${JSON.stringify(name)} (by ${by})`;
}

/** @returns the classes as text, such as `0 "dog", 1 "cat"` */
export function listClasses({ names }: ClassSpec): string {
  const listed = names.slice(0, MOST_LISTED).map((name, i) => `${i} ${JSON.stringify(name)}`);
  const more = names.length - listed.length;
  return `${listed.join(', ')}${more > 0 ? `, … (${more} more)` : ''}`;
}

function fail(problem: string): never {
  throw runtimeError('RUNTIME_REQUEST', `sample: ${problem}`);
}
