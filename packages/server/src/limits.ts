import { ServerError } from './errors.ts';

/** Limits of one server. */
export interface ServerLimits {
  /**
   * Maximum number of images in one pass of the network; guided images count twice. A higher limit hardly saves time
   * per image and makes each pass longer.
   */
  readonly maxBatch: number;
  /**
   * Maximum number of images in flight over all requests; this limit bounds the memory. Guided and blended images count
   * twice, and each window of a canvas counts as an image. Requests above it get 429. A quarter is reserved for small
   * requests. A request that alone exceeds the limit is admitted while no other large request is running.
   */
  readonly maxImages: number;
  /**
   * Maximum floating-point operations of one request: count × network calls × operations of the network for one
   * image. Guided and blended images count twice, and each window of a canvas counts as an image. Most samplers make one
   * call per step.
   */
  readonly budget: number;
  /**
   * Maximum length of a request body in bytes, besides its arrays; longer bodies get 413. A list of 4096 image
   * numbers takes 45 kB.
   */
  readonly bodyBytes: number;
  /**
   * Maximum total length of the arrays in a request body, in bytes of base64; longer bodies get 413. A saved run of
   * 64 images of 28 × 28 takes 1.3 MB with the default sampler.
   */
  readonly arrayBytes: number;
  /** Milliseconds after which a request is stopped. */
  readonly requestMs: number;
  /** Maximum number of unused models that stay open. */
  readonly maxModels: number;
}

export const DEFAULT_LIMITS: ServerLimits = {
  maxBatch: 64,
  maxImages: 1024,
  // 64 guided images through 1000 steps of a network of 245 million operations (models/mnist) are 3.1e13.
  budget: 4e13,
  bodyBytes: 256 * 1024,
  arrayBytes: 16 * 1024 * 1024,
  requestMs: 10 * 60_000,
  maxModels: 4,
};

/** Limits that need not be integers: a limit given in seconds may be a fractional number of milliseconds. */
const MEASURES: readonly string[] = ['budget', 'requestMs'] satisfies (keyof ServerLimits)[];

/**
 * Adds the defaults to the given limits and checks them.
 *
 * @param given limits that replace the defaults
 * @throws ServerError `SERVER_LIMIT_INVALID` if a limit is below 1, not a number, or a fraction where an integer is
 *   required
 */
export function completeLimits(given: Partial<ServerLimits> = {}): ServerLimits {
  const limits = { ...DEFAULT_LIMITS, ...given };
  for (const [name, value] of Object.entries(limits)) {
    const isMeasure = MEASURES.includes(name);
    if (value >= 1 && (isMeasure || Number.isSafeInteger(value))) continue;
    throw new ServerError(
      'SERVER_LIMIT_INVALID',
      `limits.${name} is ${value}; expected ${isMeasure ? 'a number' : 'an integer'} ≥ 1. Correct this limit.`,
    );
  }
  return limits;
}
