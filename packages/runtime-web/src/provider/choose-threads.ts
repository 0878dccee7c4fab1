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
  /** Why fewer threads than possible are used; null if all are used. */
  readonly note: string | null;
}

/**
 * Chooses between `most` threads and one by measuring. On busy cores, threads wait for each other, and several can take
 * twice as long as one. If the pace of one thread is known from an earlier visit, a session with all threads is measured
 * first. One thread is then measured only if that session is slower than the known pace. If the pace is not known, one
 * thread is measured first.
 *
 * Only one session is open at any time, because each holds a copy of the model. A choice holds until the model is opened
 * again. A single image can differ by rounding between numbers of threads (docs/parity.md).
 *
 * @param most 2 or more
 */
export async function chooseThreads<S>(
  most: number,
  trial: ThreadTrial<S>,
  { recall, remember }: KnownPace,
): Promise<ChosenThreads<S>> {
  const { open, close, measure } = trial;
  const withAll = (session: S): ChosenThreads<S> => ({ session, threads: most, note: null });
  const withOne = (session: S, msOfAll: number, msOfOne: number): ChosenThreads<S> => ({
    session,
    threads: 1,
    note:
      `WASM runs on one thread instead of ${most}, because the cores are busy: a call takes ${msOfAll.toFixed(0)} ms on ` +
      `${most} threads and ${msOfOne.toFixed(0)} ms on one. Open the model again to measure again, or choose a number of threads.`,
  });

  const msBefore = await recall();
  const msAtFirst = msBefore === undefined ? await paceOfOne(trial) : msBefore;
  if (msBefore === undefined && msAtFirst !== null) await remember(msAtFirst);
  const all = await open(most);
  if (msAtFirst === null) return withAll(all);
  const msOfAll = await unlessFailed(measure(all));
  if (msOfAll === null || msOfAll <= msAtFirst) return withAll(all);
  await close(all);
  const single = await unlessFailed(open(1));
  if (single === null) return withAll(await open(most));
  if (msBefore === undefined) return withOne(single, msOfAll, msAtFirst);
  const msOfOne = await unlessFailed(measure(single));
  // One thread may be slower now than on a quiet machine, so the shorter time is kept.
  if (msOfOne !== null) await remember(Math.min(msOfOne, msBefore));
  if (msOfOne !== null && msOfOne < msOfAll) return withOne(single, msOfAll, msOfOne);
  await close(single);
  return withAll(await open(most));
}

/** Measures one thread, and closes the session. @returns null if it cannot be opened or measured */
async function paceOfOne<S>({ open, close, measure }: ThreadTrial<S>): Promise<number | null> {
  const single = await unlessFailed(open(1));
  if (single === null) return null;
  const ms = await unlessFailed(measure(single));
  await close(single);
  return ms;
}

/** Returns null if an attempt fails or takes too long. If nothing can be measured, all threads are used. */
const unlessFailed = <T>(attempt: Promise<T>): Promise<T | null> => attempt.catch(() => null);
