/** Removes the oldest entries of a map or a set, until at most `most` entries are left. */
export function dropOldest<K>(
  list: { readonly size: number; keys(): Iterable<K>; delete(key: K): boolean },
  most: number,
): void {
  for (const oldest of list.keys()) {
    if (list.size <= most) return;
    list.delete(oldest);
  }
}
