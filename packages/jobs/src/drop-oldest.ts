/** Removes the entries of a map or a set that were added first, until it has at most `most`. */
export function dropOldest<K>(
  list: { readonly size: number; keys(): Iterable<K>; delete(key: K): boolean },
  most: number,
): void {
  for (const oldest of list.keys()) {
    if (list.size <= most) return;
    list.delete(oldest);
  }
}
