/** An event in a profile that ONNX Runtime wrote. Source: onnxruntime, "Profiling tools". */
interface ProfileEvent {
  readonly cat?: string;
  readonly name?: string;
  /** Duration in microseconds. */
  readonly dur?: number;
  readonly args?: { readonly op_name?: string };
}

/**
 * Adds up the times of the nodes of a graph by operator.
 *
 * @param profile text of the JSON file that ONNX Runtime wrote
 * @param runs number of runs in the profile
 * @returns milliseconds of one run, largest first
 */
export function operatorTimes(profile: string, runs: number): ReadonlyMap<string, number> {
  const events: readonly ProfileEvent[] = JSON.parse(profile);
  const times = new Map<string, number>();
  for (const { cat, name, dur, args } of events) {
    const operator = args?.op_name;
    if (
      cat !== 'Node' ||
      operator === undefined ||
      dur === undefined ||
      name?.endsWith('_kernel_time') !== true
    )
      continue;
    times.set(operator, (times.get(operator) ?? 0) + dur / 1000 / runs);
  }
  return new Map([...times].sort(([, a], [, b]) => b - a));
}

/** Returns the `most` largest entries, followed by the sum of all others as `others` if this sum is above 0. */
export function largest(
  times: ReadonlyMap<string, number>,
  most: number,
): readonly (readonly [string, number])[] {
  const sorted = [...times].sort(([, a], [, b]) => b - a);
  const rest = sorted.slice(most).reduce((sum, [, time]) => sum + time, 0);
  return [...sorted.slice(0, most), ...(rest > 0 ? [['others', rest] as const] : [])];
}
