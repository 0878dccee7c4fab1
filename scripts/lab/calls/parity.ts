import type { ImagesShape } from '@isonoise/picture';

/** What is made beside the network and must have the same bits in a page: `scripts/parity/hashes.ts`. */
export interface ParityCalls {
  hashNoise(seeds: readonly number[], size: number): Promise<string>;
  hashPng(image: Float32Array, shape: ImagesShape): Promise<string>;
}
