/** What one server takes on. */
export interface ServerLimits {
  /** Most images of one pass of the network; guided ones count twice. Larger passes gain little and lag more. */
  readonly maxBatch: number;
  /**
   * Most images in flight, those of all requests together, guided ones twice; beyond it a request gets 429, unless nothing
   * else is in flight. Bounds memory and lag.
   */
  readonly maxImages: number;
  /** Most count × steps × pixels of one request, guided images twice. */
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
  // 64 guided digits of 28 × 28 through 1000 steps are 100 million.
  budget: 128e6,
  bodyBytes: 256 * 1024,
  requestMs: 10 * 60_000,
  maxModels: 4,
};
