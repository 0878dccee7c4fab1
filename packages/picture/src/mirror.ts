import type { ImagesShape } from './picture.ts';

/**
 * Makes images symmetric: the right half becomes the mirror image of the left one. Averaging both halves would blur
 * details that the network drew at slightly different places.
 *
 * @param images `[N, C, H, W]`
 * @returns new images
 */
export function mirrorLeft(images: Float32Array, [, , , width]: ImagesShape): Float32Array<ArrayBuffer> {
  const out = new Float32Array(images);
  for (let row = 0; row < out.length; row += width)
    for (let x = 0; x < width >> 1; x++) out[row + width - 1 - x] = out[row + x] as number;
  return out;
}
