/**
 * Returns whether a retry may help after an HTTP status: 408 (timeout), 425 (too early), 429 (too many requests) or a
 * server error.
 */
export function isTemporary(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500;
}
