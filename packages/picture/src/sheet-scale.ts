/** Images with both sides below this number of pixels are enlarged. */
const SMALL_SIDE = 64;

/**
 * Returns the scale of samples on a sheet. The command line, the server and the page share this rule, so they write the
 * same bytes for the same images.
 *
 * @returns 2 if both sides are below 64, otherwise 1
 */
export function sheetScale(height: number, width: number): 1 | 2 {
  return Math.max(height, width) < SMALL_SIDE ? 2 : 1;
}
