/** Points that a chart of ordinary width can resolve. */
const MOST = 1500;

/**
 * Selects at most `most` evenly spaced indices of a curve, including the first and the last.
 *
 * @returns all indices if `length` is at most `most`
 */
export function thinned(length: number, most: number = MOST): readonly number[] {
  if (length <= most) return Array.from({ length }, (_, i) => i);
  return Array.from({ length: most }, (_, i) => Math.round((i * (length - 1)) / (most - 1)));
}
