/**
 * Returns the `code` of an error of isonoise, Node (`ENOENT`) or a library; undefined for any value without a code.
 */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
