import { fillNormals } from '@isonoise/random';

/**
 * Where a sampler's normals come from: fills `out`, the noise of one image at one step. It must depend on
 * (image, step) alone, or an image would depend on the batch it is drawn in and on where a run was resumed.
 *
 * @param out one image, `[C·H·W]`
 * @param image number of the image, uint32
 * @param step index of the step, from 0
 */
export type NoiseSource = (out: Float32Array, image: number, step: number) => void;

/** The stream of step noise of a seed. */
export function seededNoise(seed: number | bigint): NoiseSource {
  return (out, image, step) => fillNormals(out, { seed, image, step, purpose: 'stepNoise' });
}

/**
 * x_T: each image standard normal, from its own stream.
 *
 * @param images their numbers, `[B]`
 * @param imageSize C·H·W
 * @returns `[B, C, H, W]`
 */
export function initialNoise(
  seed: number | bigint,
  images: readonly number[],
  imageSize: number,
): Float32Array {
  const x = new Float32Array(images.length * imageSize);
  images.forEach((image, b) => {
    const out = x.subarray(b * imageSize, (b + 1) * imageSize);
    fillNormals(out, { seed, image, step: 0, purpose: 'initialNoise' });
  });
  return x;
}
