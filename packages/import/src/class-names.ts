import type { ClassSpec } from '@isonoise/bundle';
import { plural } from '@isonoise/error';
import { importError } from './errors.ts';

/**
 * Describes the classes of a network.
 *
 * @param count rows of the class embedding; null for a network without classes
 * @param names names of the classes, without the null class
 * @param nullClass whether the last row means "no class"
 * @throws `IMPORT_UNKNOWN_MODEL` if the names do not fit the rows
 */
export function classesOf(
  count: number | null,
  names: readonly string[] | undefined,
  nullClass: boolean | undefined,
): ClassSpec | null {
  if (count === null) {
    if (names === undefined && nullClass === undefined) return null;
    throw importError(
      'IMPORT_UNKNOWN_MODEL',
      'import: the network has no classes, but names of classes or a null class were given; expected none. Leave them out.',
    );
  }
  const last = nullClass ?? names?.length === count - 1;
  const named = count - (last ? 1 : 0);
  if (names !== undefined && names.length !== named) {
    throw importError(
      'IMPORT_UNKNOWN_MODEL',
      `import: the network has ${plural(count, 'row of classes', 'rows of classes')}, but ${names.length} names were given; expected ${named}` +
        `${last ? ', because the last row means "no class"' : ` or ${count - 1}`}. Correct --class-names.`,
    );
  }
  return {
    count,
    names: names ?? Array.from({ length: named }, (_, i) => String(i)),
    nullClass: last ? count - 1 : null,
  };
}
