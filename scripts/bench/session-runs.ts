import { env } from 'node:process';
import { setEnvironmentData } from 'node:worker_threads';

/** Totals over the model threads started by {@link withTimedRuns}. */
export interface SessionRuns {
  /** Time inside `session.run`. */
  readonly milliseconds: number;
  readonly runs: number;
}

/**
 * Calls `start` and times `session.run` in the worker threads that it starts.
 *
 * NODE_OPTIONS makes the threads preload `time-session-runs.mjs`, so the runtime's code is not changed. Callers must
 * check that `runs` increased.
 */
export async function withTimedRuns<T>(
  start: () => Promise<T>,
): Promise<{ started: T; read(): SessionRuns }> {
  const counters = new Float64Array(new SharedArrayBuffer(2 * Float64Array.BYTES_PER_ELEMENT));
  const before = env.NODE_OPTIONS;
  const preload = `--import ${new URL('./time-session-runs.mjs', import.meta.url).href}`;
  env.NODE_OPTIONS = before === undefined ? preload : `${before} ${preload}`;
  setEnvironmentData('isonoise:session-runs', counters.buffer);
  try {
    const started = await start();
    return { started, read: () => ({ milliseconds: counters[0] ?? 0, runs: counters[1] ?? 0 }) };
  } finally {
    setEnvironmentData('isonoise:session-runs', undefined);
    if (before === undefined) delete env.NODE_OPTIONS;
    else env.NODE_OPTIONS = before;
  }
}
