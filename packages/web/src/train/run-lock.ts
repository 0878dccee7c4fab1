import { trainError } from '@isonoise/train';

/**
 * Does something with a run that no other tab may do at the same time. The browser frees the lock of a tab that is gone.
 *
 * @param locks `navigator.locks`; undefined on pages without HTTPS, which browsers give no locks: there two tabs are on
 *   their own
 * @throws `RUN_LOCKED` at once, while another tab holds it
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
      `run ${run}: another tab works on it. Go on there, or close that tab first.`,
    );
  });
}
