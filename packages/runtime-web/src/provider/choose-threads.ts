/** Opens and measures sessions with a number of threads. */
export interface ThreadTrial<S> {
  open(threads: number): Promise<S>;
  close(session: S): Promise<void>;
  /** Measures the milliseconds of a typical call, after a warm-up call. */
  measure(session: S): Promise<number>;
}

/** Milliseconds of a call on one thread, as measured at an earlier visit. */
export interface KnownPace {
  recall(): Promise<number | undefined>;
  remember(ms: number): Promise<void>;
}

/** The chosen session. */
export interface ChosenThreads<S> {
  readonly session: S;
  readonly threads: number;
  /** Why fewer threads than possible are used; null if all are. */
  readonly note: string | null;
}

/**
 * Chooses between `most` threads and one by measuring. On busy cores, threads wait for each other, and several can take
 * twice as long as one. A session with all threads is measured first. If it is slower than one thread was at an earlier
 * visit, or that is not known, a session with one thread is measured too, and the faster one is used.
 *
 * A choice holds until the model is opened again. Results of different numbers of threads differ by rounding
 * (docs/parity.md).
 *
 * @param most 2 or more
 */
export async function chooseThreads<S>(
  most: number,
  { open, close, measure }: ThreadTrial<S>,
  { recall, remember }: KnownPace,
): Promise<ChosenThreads<S>> {
  const all = await open(most);
  const kept: ChosenThreads<S> = { session: all, threads: most, note: null };
  const msOfAll = await unlessFailed(measure(all));
  const msBefore = await recall();
  if (msOfAll === null || (msBefore !== undefined && msOfAll <= msBefore)) return kept;
  const single = await unlessFailed(open(1));
  if (single === null) return kept;
  const msOfOne = await unlessFailed(measure(single));
  // Cores that are busy now say nothing about one thread on a quiet machine.
  if (msOfOne !== null) await remember(Math.min(msOfOne, msBefore ?? msOfOne));
  if (msOfOne === null || msOfAll <= msOfOne) {
    await close(single);
    return kept;
  }
  await close(all);
  const note =
    `WASM runs on one thread instead of ${most}, because the cores are busy: a call takes ${msOfAll.toFixed(0)} ms on ` +
    `${most} threads and ${msOfOne.toFixed(0)} ms on one. Open the model again to measure again, or choose a number of threads.`;
  return { session: single, threads: 1, note };
}

/** Returns null if a measurement fails or takes too long: all threads are then used, as without measuring. */
const unlessFailed = <T>(attempt: Promise<T>): Promise<T | null> => attempt.catch(() => null);
