import { requireThreads } from '@isonoise/runtime/threads';

/** Properties of the page that limit its threads. */
export interface ThreadFacts {
  /** Value of `crossOriginIsolated`. Threads need shared memory, which only isolated pages have. */
  readonly isolated: boolean;
  /** Number of cores: `navigator.hardwareConcurrency`. */
  readonly cores: number;
}

/**
 * Maximum default number of threads. More threads gain little for small networks. On phones, threads on fast cores
 * would wait for threads on slow cores.
 */
const MOST_BY_DEFAULT = 4;

/**
 * Determines the number of WASM threads.
 *
 * @param requested number requested by the caller. Default: one per core, at most 4
 * @returns the number of threads, and a note if isolation would allow more
 * @throws `RUNTIME_REQUEST` if `requested` is not a whole number in its range
 */
export function planThreads(
  requested: number | undefined,
  { isolated, cores }: ThreadFacts,
): { readonly threads: number; readonly notes: readonly string[] } {
  requireThreads(requested);
  const threads = requested ?? Math.min(cores, MOST_BY_DEFAULT);
  if (isolated || threads === 1) return { threads, notes: [] };
  const note =
    `WASM runs on one thread instead of ${threads}: the page is not cross-origin isolated. Serve it with the headers ` +
    'Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp.';
  return { threads: 1, notes: [note] };
}
