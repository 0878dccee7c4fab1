/** A range of bytes, both ends inclusive. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Parses a `Range` header (RFC 9110, section 14).
 *
 * @param size size of the file in bytes
 * @returns the requested range, or `none` if it is outside the file. `all` if the header is absent, invalid or has
 *   several ranges; RFC 9110 allows the whole file as the response to several ranges.
 */
export function parseRange(header: string | undefined, size: number): ByteRange | 'all' | 'none' {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (match === null) return 'all';
  const [, from = '', to = ''] = match;
  if (from === '' && to === '') return 'all';
  if (from === '') {
    const suffix = Math.min(Number(to), size);
    return suffix === 0 ? 'none' : { start: size - suffix, end: size - 1 };
  }
  const start = Number(from);
  if (to !== '' && Number(to) < start) return 'all';
  if (start >= size) return 'none';
  return { start, end: to === '' ? size - 1 : Math.min(Number(to), size - 1) };
}
