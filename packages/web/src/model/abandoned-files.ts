/**
 * Returns the keys of files that no description names. They are left when the page is closed while a model is stored, or
 * while one is removed.
 *
 * @param keys keys of all stored files
 * @param named keys of the files that descriptions name
 * @param unread beginnings of the keys of files whose descriptions could not be read; these files are kept
 */
export const abandonedFiles = (
  keys: readonly string[],
  named: ReadonlySet<string>,
  unread: readonly string[],
): readonly string[] =>
  keys.filter((key) => !named.has(key) && !unread.some((start) => key.startsWith(start)));
