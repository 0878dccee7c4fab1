import type { ImagesShape } from './picture.ts';

/**
 * Makes images symmetric by replacing the right half with the mirror image of the left half. Averaging both halves
 * would blur details whose positions in the halves differ slightly.
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
