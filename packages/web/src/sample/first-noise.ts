import { yieldToMessages } from '@isonoise/runtime-web/ort';
import { initialNoise } from '@isonoise/sampler';

/** Values at a stretch: some milliseconds, on a phone some ten. */
const SLICE = 1 << 16;

/**
 * x_T of images 0 to count − 1, as the sampler draws it elsewhere, a few images at a time: the page has other things to
 * do in between.
 *
 * @param size values of an image
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
