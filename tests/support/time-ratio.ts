/**
 * Largest accepted ratio of the time for an input to the time for a 16 times smaller one, if the time is proportional
 * to the size. In theory, this ratio is 16, and it is 256 for quadratic time. The limit lies between them, because the
 * first calls are slower.
 */
export const MOST_LINEAR = 64;

/** Processor time to which a call is repeated, in microseconds; it makes the errors of the clock small. */
const LEAST_MICROSECONDS = 20_000;

/**
 * Compares the processor times of two calls. Waiting for a core does not count, so the load of the machine does not
 * matter.
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
