/** A timer of Node holds 2³¹ − 1 milliseconds; a longer one goes off at once. */
const MOST_MS = 2 ** 31 - 1;

/** The delay of a timer for a limit that may be anything, infinity included: 24 days at most. */
export function timerMs(milliseconds: number): number {
  return Math.min(milliseconds, MOST_MS);
}
