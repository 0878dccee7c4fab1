/** @returns whether a retry may help: timeout, too early, too many requests, or an error of the server */
export function isTemporary(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500;
}
