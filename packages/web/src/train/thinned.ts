/** Points that a chart of ordinary width can show apart. */
const MOST = 1500;

/**
 * Indices of so many points of a curve that a chart can show, evenly, with the first and the last.
 * @returns all of them where they are few
 */
export function thinned(length: number, most: number = MOST): readonly number[] {
  if (length <= most) return Array.from({ length }, (_, i) => i);
  return Array.from({ length: most }, (_, i) => Math.round((i * (length - 1)) / (most - 1)));
}
