import { uniformIntegers } from '@isonoise/random';

/** Returns the next number in [0, 1). */
export type NextNumber = () => number;

const RESOLUTION = 2 ** 24;

/**
 * Creates the random numbers of one picture in a set. The numbers do not depend on other pictures.
 *
 * @param most largest count of numbers that can be taken; the returned function throws an Error if more are taken
 */
export function numbersOf(seed: number, image: number, most: number): NextNumber {
  const all = uniformIntegers(most, RESOLUTION, { seed, image, step: 0, purpose: 'dataOrder' });
  let at = 0;
  return () => {
    const number = all[at++];
    if (number === undefined)
      throw new Error(`numbersOf: too many numbers are taken; expected at most ${most}. Take fewer numbers.`);
    return number / RESOLUTION;
  };
}
