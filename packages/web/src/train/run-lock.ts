import { trainError } from '@isonoise/train';

const PREFIX = 'isonoise-run/';

/**
 * Calls `act` while holding an exclusive lock on a run. The browser releases the lock when the tab is closed.
 *
 * @param locks `navigator.locks`; undefined on pages without HTTPS, and `act` is then called without a lock
 * @param inUse called immediately instead of `act` if another tab holds the lock
 * @throws `RUN_LOCKED` by default if another tab holds the lock
 */
export async function withRunLock<T>(
  locks: Pick<LockManager, 'request'> | undefined,
  run: string,
  act: () => Promise<T>,
  inUse: (run: string) => T = refuse,
): Promise<T> {
  if (locks === undefined) return act();
  return locks.request(PREFIX + run, { ifAvailable: true }, async (lock) =>
    lock === null ? inUse(run) : act(),
  );
}

function refuse(run: string): never {
  throw trainError(
    'RUN_LOCKED',
    `run ${run}: another tab is using it; expected only one tab. Continue there, or close that tab first.`,
  );
}

/** Returns the names of the runs that a tab, possibly this one, is using now. */
export async function runsInUse(locks: Pick<LockManager, 'query'> | undefined): Promise<ReadonlySet<string>> {
  const { held = [] } = (await locks?.query()) ?? {};
  const names = held.map(({ name = '' }) => name);
  return new Set(names.filter((name) => name.startsWith(PREFIX)).map((name) => name.slice(PREFIX.length)));
}
