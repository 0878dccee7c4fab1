import { trainError } from '@isonoise/train';

const PREFIX = 'isonoise-run/';

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
  return locks.request(PREFIX + run, { ifAvailable: true }, (lock) => {
    if (lock !== null) return act();
    throw trainError(
      'RUN_LOCKED',
      `run ${run}: another tab is using it. Continue there, or close that tab first.`,
    );
  });
}

/** Returns the names of the runs that a tab, possibly this one, is using now. */
export async function runsInUse(locks: Pick<LockManager, 'query'> | undefined): Promise<ReadonlySet<string>> {
  const { held = [] } = (await locks?.query()) ?? {};
  const names = held.map(({ name = '' }) => name);
  return new Set(names.filter((name) => name.startsWith(PREFIX)).map((name) => name.slice(PREFIX.length)));
}
