import { ServerError } from './errors.ts';

/** What one server takes on. */
export interface ServerLimits {
  /** Most images of one pass of the network; guided ones count twice. Larger passes gain little and lag more. */
  readonly maxBatch: number;
  /**
   * Most images in flight, those of all requests together, guided ones twice; beyond it a request gets 429. A quarter is
   * kept for small requests; one that is larger by itself is let in when no other large one is inside. Bounds memory.
   */
  readonly maxImages: number;
  /** Most floating-point operations of one request: count × steps × those of the network, guided images twice. */
  readonly budget: number;
  /** Longest body of a request, 413 beyond it. A list of 4096 image numbers takes 45 kB. */
  readonly bodyBytes: number;
  /** A request that takes longer is stopped. */
  readonly requestMs: number;
  /** Models that stay open. */
  readonly maxModels: number;
}

export const DEFAULT_LIMITS: ServerLimits = {
  maxBatch: 64,
  maxImages: 1024,
  // 64 guided images through 1000 steps of a network of 245 million operations (models/mnist) are 3.1e13.
  budget: 4e13,
  bodyBytes: 256 * 1024,
  requestMs: 10 * 60_000,
  maxModels: 4,
};

/** Limits that are no counts: seconds that were asked for need not be whole milliseconds. */
const MEASURES: readonly string[] = ['budget', 'requestMs'] satisfies (keyof ServerLimits)[];

/**
 * @param given limits that are not the defaults
 * @throws ServerError `SERVER_LIMIT_INVALID` under one of them nothing could be drawn
 */
export function completeLimits(given: Partial<ServerLimits> = {}): ServerLimits {
  const limits = { ...DEFAULT_LIMITS, ...given };
  for (const [name, value] of Object.entries(limits)) {
    const isMeasure = MEASURES.includes(name);
    if (value >= 1 && (isMeasure || Number.isSafeInteger(value))) continue;
    throw new ServerError(
      'SERVER_LIMIT_INVALID',
      `limits.${name} is ${value}; wanted ${isMeasure ? 'a number' : 'a whole number'} from 1 on.`,
    );
  }
  return limits;
}
