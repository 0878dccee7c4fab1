import type { ClassSpec } from '@isonoise/bundle';
import { plural } from '@isonoise/error';
import { importError } from './errors.ts';

/**
 * Describes the classes of a network.
 *
 * @param count rows of the class embedding; null for a network without classes
 * @param names names of the classes, without the null class
 * @param nullClass whether the last row means "no class"; undefined if unknown: then it does if there is one name
 *   fewer than rows
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
      'import: the network has no classes, but class names or an option for the null class were given; expected neither. Leave them out.',
    );
  }
  const last = nullClass ?? names?.length === count - 1;
  const named = count - (last ? 1 : 0);
  if (names !== undefined && names.length !== named) {
    throw importError(
      'IMPORT_UNKNOWN_MODEL',
      `import: the network has ${plural(count, 'row of classes', 'rows of classes')}, but ${names.length} names were given; expected ${named}` +
        `${last ? ', because the last row means "no class"' : nullClass === undefined ? ` or ${count - 1}` : ''}. Correct --class-names.`,
    );
  }
  return {
    count,
    names: names ?? Array.from({ length: named }, (_, i) => String(i)),
    nullClass: last ? count - 1 : null,
  };
}

/**
 * Returns a note if nothing tells whether the last row of a class embedding means "no class". Files of diffusers do
 * not record it, and without that row the model has no guidance.
 */
export function classNotes(
  classes: ClassSpec | null,
  given: { readonly classNames?: readonly string[] | undefined; readonly nullClass?: boolean | undefined },
): readonly string[] {
  if (classes === null || classes.count < 2) return [];
  if (given.classNames !== undefined || given.nullClass !== undefined) return [];
  return [
    `the files do not tell whether the last of the ${classes.count} classes means "no class"; it was imported as class ` +
      `${classes.count - 1}, and the model draws without guidance. If it means "no class", import again with --null-class; ` +
      'otherwise, --no-null-class turns this warning off',
  ];
}
