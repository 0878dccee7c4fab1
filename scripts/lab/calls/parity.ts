import type { ImagesShape } from '@isonoise/picture';

/**
 * Results outside the network that must have the same bits in a page as
 * in Node; see `scripts/parity/hashes.ts`.
 */
export interface ParityCalls {
  hashNoise(seeds: readonly number[], size: number): Promise<string>;
  hashPng(image: Float32Array, shape: ImagesShape): Promise<string>;
}
