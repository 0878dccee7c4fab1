import { InvalidArgumentError } from 'commander';

/**
 * Returns a parser of values that are separated by commas. Repeated values are left out.
 *
 * @param parse parser of one value
 */
export function list<T>(parse: (text: string) => T): (text: string) => readonly T[] {
  return (text) => [...new Set(text.split(',').map((part) => parse(part.trim())))];
}

/** Returns a parser that accepts one of the given names. */
export function oneOf<T extends string>(names: readonly T[]): (text: string) => T {
  return (text) => {
    const name = names.find((each) => each === text);
    if (name !== undefined) return name;
    throw new InvalidArgumentError(`Expected one or more of ${names.join(', ')}, separated by commas.`);
  };
}
