import { fillNormals } from '@isonoise/random';

/**
 * Draws several noises for an image, and keeps the nearest one by the sum of squared differences. Images are then
 * mixed with noise that is close to them, so the paths of different images cross less.
 *
 * Candidate 0 is the noise for k = 1. Of candidates with equal distances, the first one is kept.
 *
 * @param out the noise, `[C·H·W]`, which this function fills
 * @param image x_0, `[C·H·W]`
 * @param candidates k, at least 1
 *
 * Source: Li et al. 2024, "Immiscible Diffusion", which assigns the noises of a batch to its images. Choosing among k
 * noises for each image costs less, and images do not depend on each other.
 */
export function fillNearestNoise(
  out: Float32Array,
  image: Float32Array,
  candidates: number,
  stream: { readonly seed: number | bigint; readonly image: number; readonly step: number },
): void {
  fillNormals(out, { ...stream, purpose: 'forwardNoise' });
  if (candidates === 1) return;
  let least = squaredDistance(out, image);
  const other = new Float32Array(out.length);
  for (let draw = 1; draw < candidates; draw++) {
    fillNormals(other, { ...stream, purpose: 'forwardNoise', draw });
    const distance = squaredDistance(other, image);
    if (distance >= least) continue;
    least = distance;
    out.set(other);
  }
}

function squaredDistance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    sum += difference * difference;
  }
  return sum;
}
