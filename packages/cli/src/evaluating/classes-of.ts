import type { ModelSpec } from '@isonoise/bundle';
import type { Dataset } from '@isonoise/data';

/** Class of each drawn image; null if the model and the data set have different classes. */
export function classesOf(
  { classes }: ModelSpec,
  { classNames }: Dataset,
  count: number,
): readonly number[] | null {
  const names = classes?.names ?? [];
  const isSame =
    names.length > 0 &&
    names.length === classNames?.length &&
    names.every((name, i) => name === classNames[i]);
  return isSame ? Array.from({ length: count }, (_, i) => i % names.length) : null;
}
