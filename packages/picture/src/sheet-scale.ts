/** Images smaller than this are drawn at twice their size, so that one sees them. */
const SMALL_SIDE = 64;

/**
 * The scale at which samples stand on a sheet: one rule, so that the command line, the server and the page write the
 * same bytes for the same images.
 *
 * @returns 2 for images under 64 × 64, else 1
 */
export function sheetScale(height: number, width: number): 1 | 2 {
  return Math.max(height, width) < SMALL_SIDE ? 2 : 1;
}
