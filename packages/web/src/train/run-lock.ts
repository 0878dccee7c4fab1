import { trainError } from '@isonoise/train';

/**
 * Calls `act` while holding an exclusive lock on a run. The browser releases the lock when the tab is closed.
 *
 * @param locks `navigator.locks`; undefined on pages without HTTPS, and `act` is then called without a lock
 * @throws `RUN_LOCKED` immediately if another tab holds the lock
 */
export function withRunLock<T>(
  locks: LockManager | undefined,
  run: string,
  act: () => Promise<T>,
): Promise<T> {
  if (locks === undefined) return act();
  return locks.request(`isonoise-run/${run}`, { ifAvailable: true }, (lock) => {
    if (lock !== null) return act();
    throw trainError(
      'RUN_LOCKED',
      `run ${run}: another tab is using it. Continue there, or close that tab first.`,
    );
  });
}
