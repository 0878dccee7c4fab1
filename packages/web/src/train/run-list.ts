import { type ReadonlySignal, signal } from '@preact/signals';
import type { StoredRuns } from './kept-run.ts';

type RunListState =
  | { readonly state: 'unknown' }
  | ({
      readonly state: 'known';
      /** Names of the runs that a tab, possibly this one, is using. */
      readonly inUse: ReadonlySet<string>;
    } & StoredRuns)
  | { readonly state: 'failed'; readonly error: unknown };

/** The parts of the page that a list of runs uses. */
export interface RunListParts {
  readonly read: () => Promise<StoredRuns>;
  readonly inUse: () => Promise<ReadonlySet<string>>;
  /** Calls `act` once after `ms` milliseconds. */
  readonly later: (act: () => void, ms: number) => void;
}

/** All runs that are stored in this browser. */
export interface RunList {
  readonly state: ReadonlySignal<RunListState>;
  /** Reads the runs again. Resolves once the state is at least as recent as this call. */
  refresh(): Promise<void>;
}

/** Interval at which the list checks whether runs are still in use: browsers do not announce a closed tab. */
const CHECK_EVERY_MS = 2000;

export function createRunList({ read, inUse, later }: RunListParts): RunList {
  const state = signal<RunListState>({ state: 'unknown' });
  let running: Promise<void> | null = null;
  let isStale = false;
  let isWatching = false;

  async function readAll(): Promise<void> {
    // The runs are read by one call at a time, so that an older result never replaces a newer one.
    do {
      isStale = false;
      try {
        const [runs, used] = await Promise.all([read(), inUse()]);
        state.value = { state: 'known', ...runs, inUse: used };
        if (used.size > 0) watch();
      } catch (error) {
        state.value = { state: 'failed', error };
      }
    } while (isStale);
    running = null;
  }

  function watch(): void {
    if (isWatching) return;
    isWatching = true;
    later(() => {
      isWatching = false;
      inUse().then(
        (now) => {
          const { value } = state;
          if (value.state !== 'known') return;
          if (isSame(now, value.inUse)) watch();
          else void refresh();
        },
        // If the call fails, reading everything again shows the reason.
        () => void refresh(),
      );
    }, CHECK_EVERY_MS);
  }

  function refresh(): Promise<void> {
    isStale = true;
    running ??= readAll();
    return running;
  }

  return { state, refresh };
}

const isSame = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean =>
  a.size === b.size && [...a].every((name) => b.has(name));
