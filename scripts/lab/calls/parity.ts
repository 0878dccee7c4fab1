import type { ImagesShape } from '@isonoise/picture';

/**
 * Hashes of results that are computed without a network. They must be equal in a page and in Node; see
 * `scripts/parity/hashes.ts`.
 */
export interface ParityCalls {
  hashNoise(seeds: readonly number[], size: number): Promise<string>;
  hashPng(image: Float32Array, shape: ImagesShape): Promise<string>;
}
