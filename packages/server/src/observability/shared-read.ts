import { setTimeout as pause } from 'node:timers/promises';

export interface SharedReadOptions {
  /** How long a result is reused. */
  readonly keepMs: number;
  /** Maximum time that a caller waits. */
  readonly waitMs: number;
}

/**
 * Shares the reads of a slow source among its callers.
 *
 * @param read reads the source
 * @returns a function that returns what was read, or undefined if reading failed or takes too long
 */
export function sharedRead<T>(
  read: () => Promise<T>,
  { keepMs, waitMs }: SharedReadOptions,
): () => Promise<T | undefined> {
  let reading: Promise<T | undefined> | undefined;
  let kept: { readonly value: T | undefined; readonly until: number } | undefined;
  return () => {
    if (kept !== undefined && performance.now() < kept.until) return Promise.resolve(kept.value);
    reading ??= read()
      .catch(() => undefined)
      .then((value) => {
        kept = { value, until: performance.now() + keepMs };
        reading = undefined;
        return value;
      });
    return Promise.race([reading, pause(waitMs, undefined, { ref: false })]);
  };
}
