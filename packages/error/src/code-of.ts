/**
 * @returns the `code` of a thrown error of isonoise, Node (`ENOENT`) or a library; undefined if it does not
 * have a code
 */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
