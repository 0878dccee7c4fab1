/**
 * Images in a row where the classes are drawn in turn, so that a class is a column: one rule, so that the command line
 * and the page write the same bytes for the same images. Fewer images than classes are one row, without empty places.
 *
 * @param classes without the null class
 */
export function classColumns(count: number, classes: number): number {
  return Math.max(1, Math.min(count, classes));
}
