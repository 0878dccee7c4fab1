import { setTimeout as pause } from 'node:timers/promises';

/**
 * Waits for a result, or until the signal is aborted. The work itself is not stopped, and its later error is ignored.
 *
 * @throws the error of the work; the signal's reason if the signal is aborted first
 */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise<T>((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    const done = (): void => signal.removeEventListener('abort', abort);
    work.finally(done).then(resolve, reject);
  });
}

/** Waits for a time. @throws the signal's reason if the signal is aborted earlier */
export async function pauseUntil(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  await untilAborted(pause(milliseconds, undefined, { signal }), signal);
}
