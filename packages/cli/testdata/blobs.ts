import { fillUniforms } from '@isonoise/random';

/** Side of the pictures, in pixels. */
export const BLOBS_SIZE = 8;
/** Number of pictures, from picture 0, on which the network in `copier.onnx` was trained. */
export const COPIED = 40;
/** Number of blobs in a picture. */
const BLOBS = 2;

/**
 * Returns grey pictures of two soft blobs at random positions. Pictures with different numbers differ
 * clearly, so that a copy can be recognized.
 *
 * @param first number of the first picture
 * @returns bytes `[count, BLOBS_SIZE, BLOBS_SIZE]`
 */
export function blobs(first: number, count: number): Uint8Array {
  const pixels = new Uint8Array(count * BLOBS_SIZE ** 2);
  const positions = new Float32Array(2 * BLOBS);
  for (let n = 0; n < count; n++) {
    fillUniforms(positions, { seed: 14, image: first + n, step: 0, purpose: 'initialNoise' });
    for (let y = 0; y < BLOBS_SIZE; y++) {
      for (let x = 0; x < BLOBS_SIZE; x++) {
        let light = 0;
        for (let k = 0; k < BLOBS; k++) {
          const dx = x - (positions[2 * k] as number) * (BLOBS_SIZE - 1);
          const dy = y - (positions[2 * k + 1] as number) * (BLOBS_SIZE - 1);
          light = Math.max(light, Math.exp(-(dx * dx + dy * dy) / 2));
        }
        pixels[(n * BLOBS_SIZE + y) * BLOBS_SIZE + x] = Math.round(255 * light);
      }
    }
  }
  return pixels;
}
