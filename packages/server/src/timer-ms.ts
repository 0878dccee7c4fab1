/** Maximum delay of a timer in Node. A timer with a longer delay fires immediately. */
const MOST_MS = 2 ** 31 - 1;

/** @returns the delay for a time limit of any length, including infinity; at most 24 days */
export function timerMs(milliseconds: number): number {
  return Math.min(milliseconds, MOST_MS);
}
