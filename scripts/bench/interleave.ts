/** Times of one contender, in milliseconds. */
export interface Timing {
  readonly best: number;
  readonly median: number;
  /** One time per round. */
  readonly times: readonly number[];
}

export interface InterleaveOptions {
  readonly rounds: number;
  /**
   * Number of untimed runs before each timed run; 1 by default. They are needed because the previous contender replaced
   * the content of the caches and may have left threads spinning.
   */
  readonly warmUps?: number;
  /** Returns milliseconds since any fixed time; `performance.now` by default. */
  readonly clock?: () => number;
}

/**
 * Times several contenders in turn, round by round, so that anything that slows the machine down affects all of them.
 *
 * Ratios use the best times, because other work on the machine can only add to a time.
 *
 * @param contenders each call does the work once
 */
export async function interleave<K extends string>(
  contenders: Readonly<Record<K, () => Promise<unknown>>>,
  { rounds, warmUps = 1, clock = () => performance.now() }: InterleaveOptions,
): Promise<Record<K, Timing>> {
  const names = Object.keys(contenders) as K[];
  const times = new Map<K, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      for (let i = 0; i < warmUps; i++) await contenders[name]();
      const began = clock();
      await contenders[name]();
      times.get(name)?.push(clock() - began);
    }
  }
  return Object.fromEntries(names.map((name) => [name, timingOf(times.get(name) ?? [])])) as Record<
    K,
    Timing
  >;
}

/**
 * Computes the best and the median of several times. The median of an even number of times is the larger of the two in
 * the middle. Both are NaN if the list is empty.
 */
export function timingOf(times: readonly number[]): Timing {
  const sorted = times.toSorted((a, b) => a - b);
  return { best: sorted[0] ?? Number.NaN, median: sorted[sorted.length >> 1] ?? Number.NaN, times };
}
