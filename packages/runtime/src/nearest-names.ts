/** Maximum number of suggested names. */
const MOST_SUGGESTED = 5;

/**
 * Finds names similar to a mistyped name. A name is similar if it differs from the typed text by at most a third of the
 * letters (at least one letter), or if one contains the other and both have at least three letters.
 *
 * @returns at most five names, most similar first; empty if none is similar
 */
export function nearestNames(typed: string, names: readonly string[]): readonly string[] {
  const limit = Math.max(1, Math.floor(typed.length / 3));
  return names
    .map((name) => ({ name, distance: distanceOf(typed, name) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, MOST_SUGGESTED)
    .map(({ name }) => name);
}

/**
 * Returns the distance between two names. If one contains the other and both have at least three letters, the distance
 * is 1, as for one changed letter.
 */
function distanceOf(typed: string, name: string): number {
  const isPart = typed.length >= 3 && name.length >= 3 && (name.includes(typed) || typed.includes(name));
  return isPart ? 1 : editDistance(typed, name);
}

/** Returns the number of letters to insert, delete, replace, or swap with the next letter. Source: Damerau 1964. */
function editDistance(a: string, b: string): number {
  let before: readonly number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwapped ? (before[j - 2] as number) + 1 : replaced;
      next.push(Math.min(replaced, swapped, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    [before, row] = [row, next];
  }
  return row[b.length] as number;
}
