import { requireThreads } from '@isonoise/runtime/threads';

/** What a page may use. */
export interface ThreadFacts {
  /** `crossOriginIsolated`: without it there is no shared memory, so no threads. */
  readonly isolated: boolean;
  /** `navigator.hardwareConcurrency`. */
  readonly cores: number;
}

/** More gain little on networks of this size, and on phones the further cores are slow ones that the others wait for. */
const MOST_BY_DEFAULT = 4;

/**
 * @param requested default: one a core, at most 4
 * @returns the threads to use, and a note where they are fewer than could be
 * @throws `RUNTIME_REQUEST` not a whole number within its bounds
 */
export function planThreads(
  requested: number | undefined,
  { isolated, cores }: ThreadFacts,
): { readonly threads: number; readonly notes: readonly string[] } {
  requireThreads(requested);
  const wanted = requested ?? Math.min(cores, MOST_BY_DEFAULT);
  if (isolated || wanted === 1) return { threads: wanted, notes: [] };
  const note =
    `WASM runs on one thread instead of ${wanted}: the page is not cross-origin isolated. Serve it with the headers ` +
    'Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp.';
  return { threads: 1, notes: [note] };
}
