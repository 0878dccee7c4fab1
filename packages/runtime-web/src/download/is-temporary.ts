/** Answers that ask to come again: timeout, too early, too many requests, and the server's own troubles. */
export function isTemporary(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500;
}
