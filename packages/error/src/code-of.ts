/** @returns the `code` of anything thrown: of isonoise, of Node (`ENOENT`), of a library; undefined where it has none */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
