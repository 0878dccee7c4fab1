import { yieldToMessages } from '@isonoise/runtime-web/ort';
import { initialNoise } from '@isonoise/sampler';

/** Number of values drawn without yielding. It takes a few milliseconds, about ten on a phone. */
const SLICE = 1 << 16;

/**
 * Draws x_T of images 0 to count − 1, the same values as the sampler draws. Yields between slices, so that
 * the page is not blocked.
 *
 * @param size values per image
 * @returns `[count, size]`
 */
export async function firstNoise(seed: bigint, count: number, size: number): Promise<Float32Array> {
  const noise = new Float32Array(count * size);
  const atOnce = Math.max(1, Math.floor(SLICE / size));
  for (let first = 0; first < count; first += atOnce) {
    const images = Array.from({ length: Math.min(atOnce, count - first) }, (_, i) => first + i);
    noise.set(initialNoise(seed, images, size), first * size);
    await yieldToMessages();
  }
  return noise;
}
