/** Returns whether a retry may help. It may after a timeout, "too early", "too many requests" or a server error. */
export function isTemporary(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500;
}
