// This module runs in Node and in a page. Equal hashes mean that both computed the same bits.
import { sha256Hex } from '@isonoise/bundle';
import { contactSheet, encodePng, type ImagesShape } from '@isonoise/picture';
import { initialNoise, seededNoise } from '@isonoise/sampler';

/** Steps whose noise is hashed: the first, the second, and one late in a long run. */
const NOISE_STEPS = [0, 1, 999];

/**
 * Returns the SHA-256 of the normals of the given seeds for image 0. The normals are x_T and the noise of some steps.
 * @param size C·H·W
 */
export function hashNoise(seeds: readonly number[], size: number): string {
  const block = (1 + NOISE_STEPS.length) * size;
  const values = new Float32Array(seeds.length * block);
  for (const [i, seed] of seeds.entries()) {
    values.set(initialNoise(seed, [0], size), i * block);
    for (const [k, step] of NOISE_STEPS.entries()) {
      const from = i * block + (k + 1) * size;
      seededNoise(seed)(values.subarray(from, from + size), 0, step, 0);
    }
  }
  return sha256Hex(new Uint8Array(values.buffer));
}

/**
 * Returns the SHA-256 of an image as a PNG file.
 * @param image `[1, C, H, W]` in [-1, 1]
 */
export function hashPng(image: Float32Array, shape: ImagesShape): string {
  return sha256Hex(encodePng(contactSheet(image, shape, { gap: 0 })));
}
