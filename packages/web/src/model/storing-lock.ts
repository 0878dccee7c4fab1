/** Name of the lock that is held while files of a model are stored. */
const NAME = 'isonoise-models';

/** Coordinates tabs that store models with a tab that removes abandoned files. */
export interface StoringLock {
  /** Calls `act` while other tabs must not remove files. @throws DOMException if the browser denies locks */
  storing<T>(act: () => Promise<T>): Promise<T>;
  /** Calls `act` while no tab stores a model. If a tab does now, or if the browser has no locks, does nothing. */
  cleaning(act: () => Promise<void>): Promise<void>;
}

/** @param locks `navigator.locks`; undefined on pages without HTTPS */
export function createStoringLock(locks: Pick<LockManager, 'request'> | undefined): StoringLock {
  return {
    storing: async (act) => (locks === undefined ? act() : locks.request(NAME, { mode: 'shared' }, act)),
    async cleaning(act) {
      await locks?.request(NAME, { ifAvailable: true }, async (lock) => {
        if (lock !== null) await act();
      });
    },
  };
}
