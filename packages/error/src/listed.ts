import { printable } from './printable.ts';

/** Maximum number of items that a message lists by default. Hostile files can have millions of items. */
const MAX_LISTED = 20;

/**
 * Joins items with commas, such as `a, b`. After the first `most` items, `, …` follows. Control characters are escaped, because
 * items may be names in a file.
 */
export function listed(items: readonly string[], most: number = MAX_LISTED): string {
  return (
    items
      .slice(0, most)
      .map((item) => printable(item))
      .join(', ') + (items.length > most ? ', …' : '')
  );
}

/**
 * Writes an indented line for each of the first `most` items, and the number of the other items. Control characters are
 * escaped, so an item cannot add lines.
 *
 * @param lineOf called only for the items that are listed
 */
export function listedLines<T>(
  items: readonly T[],
  lineOf: (item: T) => string = String,
  most: number = MAX_LISTED,
): string {
  const more = items.length - most;
  const lines = [
    ...items.slice(0, most).map((item) => printable(lineOf(item))),
    ...(more > 0 ? [`and ${more} more`] : []),
  ];
  return lines.map((line) => `  ${line}`).join('\n');
}
