/**
 * Maximum ratio of the times for a small input and for one that is 16 times larger, if the time is proportional to the size. It
 * is 16 in theory, and quadratic time gives 256. The limit lies between them, because the first calls are slower.
 */
export const MOST_LINEAR = 64;

/** Processor time to which a call is repeated, in microseconds; it makes the errors of the clock small. */
const LEAST_MICROSECONDS = 20_000;

/**
 * Compares the processor times of two calls. Waiting for a core does not count, so the load of the machine does not matter.
 *
 * @returns the time of `large` divided by the time of `small`
 */
export function timeRatio(small: () => void, large: () => void): number {
  const before = timeOf(small);
  return timeOf(large) / before;
}

/** Returns the processor time of a call: the shortest of three measurements. */
function timeOf(call: () => void): number {
  return Math.min(...Array.from({ length: 3 }, () => measure(call)));
}

function measure(call: () => void): number {
  const before = process.cpuUsage();
  for (let calls = 1; ; calls++) {
    call();
    const { user, system } = process.cpuUsage(before);
    if (user + system >= LEAST_MICROSECONDS) return (user + system) / calls;
  }
}
