import { env } from 'node:process';
import { setEnvironmentData } from 'node:worker_threads';

/** What the model threads that were started under it did so far. */
export interface SessionRuns {
  /** Milliseconds inside `session.run`. */
  readonly milliseconds: number;
  readonly runs: number;
}

/**
 * Starts something whose worker threads have their `session.run` timed.
 *
 * Node gives NODE_OPTIONS to threads with `execArgv` of their own, and environment data to all: the runtime's thread is
 * timed from inside without a change to the runtime. Whoever reads the counters checks that `runs` went up.
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
