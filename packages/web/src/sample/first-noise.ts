import { yieldToMessages } from '@isonoise/runtime-web/ort';
import { initialNoise } from '@isonoise/sampler';
import type { Encoder } from './encoder.ts';

/** Number of values drawn without yielding. Drawing them takes a few milliseconds, about ten on a phone. */
const SLICE = 1 << 16;

/**
 * Draws the initial noise x_T of images, with the same values as the sampler. Yields between slices, so that the page
 * is not blocked.
 *
 * @param images number of each image
 * @param size values per image
 * @param compute computes large images in a worker
 * @returns `[images.length, size]`
 */
export async function firstNoise(
  seed: bigint,
  images: readonly number[],
  size: number,
  compute: Encoder['compute'],
): Promise<Float32Array> {
  // An image of this size would block the page.
  if (size > 4 * SLICE) return compute({ kind: 'noise', seed, numbers: images, size });
  const noise = new Float32Array(images.length * size);
  const atOnce = Math.max(1, Math.floor(SLICE / size));
  for (let first = 0; first < images.length; first += atOnce) {
    noise.set(initialNoise(seed, images.slice(first, first + atOnce), size), first * size);
    await yieldToMessages();
  }
  return noise;
}
