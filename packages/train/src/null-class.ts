import type { TrainConfig } from './train-config.ts';

/**
 * Returns the null class ("no class"), which is the last row of the class embedding.
 *
 * @param rows number of rows of the class embedding; null for networks without classes
 * @returns the null class; null if labels are never dropped, because every row is then a class
 */
export function nullClassOf(
  rows: number | null,
  { labelDropout }: Pick<TrainConfig, 'labelDropout'>,
): number | null {
  return rows !== null && labelDropout > 0 ? rows - 1 : null;
}
