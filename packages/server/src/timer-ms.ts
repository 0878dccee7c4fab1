/** Longest delay of a timer in Node; a timer with a longer one fires at once. */
const MOST_MS = 2 ** 31 - 1;

/** @returns the delay for a time limit of any length, infinity included: at most 24 days */
export function timerMs(milliseconds: number): number {
  return Math.min(milliseconds, MOST_MS);
}
