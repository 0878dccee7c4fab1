import { fillNormals } from '@isonoise/random';

/**
 * Fills `out` with the normals of one image at one step. They must depend only on (image, step, draw); otherwise an
 * image would depend on its batch, and a resumed run would differ.
 *
 * @param out one image, `[C·H·W]`
 * @param image number of the image, uint32
 * @param step index of the step, from 0
 * @param draw index of the draw within the step, from 0
 */
export type NoiseSource = (out: Float32Array, image: number, step: number, draw: number) => void;

/** Creates the source of step noise for a seed. */
export function seededNoise(seed: number | bigint): NoiseSource {
  return (out, image, step, draw) => fillNormals(out, { seed, image, step, draw, purpose: 'stepNoise' });
}

/**
 * Draws x_T: standard normals, each image from its own stream.
 *
 * @param images numbers of the images, `[B]`
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
