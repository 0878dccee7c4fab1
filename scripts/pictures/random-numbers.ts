import { uniformIntegers } from '@isonoise/random';

/** Numbers in [0, 1), one after the other. */
export type NextNumber = () => number;

const RESOLUTION = 2 ** 24;

/**
 * Creates the numbers of one picture of a set; they do not depend on its other pictures.
 *
 * @param most maximum number that can be taken
 */
export function numbersOf(seed: number, image: number, most: number): NextNumber {
  const all = uniformIntegers(most, RESOLUTION, { seed, image, step: 0, purpose: 'dataOrder' });
  let at = 0;
  return () => (all[at++] as number) / RESOLUTION;
}
