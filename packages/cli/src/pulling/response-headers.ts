/** Returns the length of a complete body; null if the length is unknown or the body is compressed. */
export function lengthOf({ headers }: Response): number | null {
  const encoding = headers.get('content-encoding');
  const length = headers.get('content-length');
  return length === null || !/^\d+$/.test(length) || (encoding !== null && encoding !== 'identity')
    ? null
    : Number(length);
}

/** Returns the position of a partial body; null if the header is missing or malformed. */
export function rangeOf({ headers }: Response): { readonly start: number; readonly total: number } | null {
  const [, start, total] = /^bytes (\d+)-\d+\/(\d+)$/.exec(headers.get('content-range') ?? '') ?? [];
  return start === undefined ? null : { start: Number(start), total: Number(total) };
}

/**
 * Returns the length of the file from the header `content-range: bytes *\/length` of a refused range request; null if the
 * header is missing or malformed.
 */
export function totalOf({ headers }: Response): number | null {
  const [, total] = /^bytes \*\/(\d+)$/.exec(headers.get('content-range') ?? '') ?? [];
  return total === undefined ? null : Number(total);
}

/** Returns whether a server answered a range request with a range that does not continue the partial file. */
export function isOtherRange(response: Response, have: number, validator: string | null): boolean {
  if (response.status === 416) return true;
  if (response.status !== 206) return false;
  // A server that does not know If-Range sends a range of any version.
  return rangeOf(response)?.start !== have || isOther(validatorOf(response), validator);
}

/** Returns whether two validators are known and belong to different versions. */
export const isOther = (a: string | null, b: string | null): boolean => a !== null && b !== null && a !== b;

/**
 * Returns a strong ETag or, if there is none, Last-Modified. Weak ETags are ignored, because they do not
 * guarantee equal bytes.
 */
export function validatorOf({ headers }: Response): string | null {
  const etag = headers.get('etag');
  return etag !== null && !etag.startsWith('W/') ? etag : headers.get('last-modified');
}
