import { contactSheet, encodePng, type ImagesShape } from '@isonoise/picture';

/** Images smaller than this are drawn at twice their size on a sheet, as `pnpm sample` does. */
const SMALL_SIDE = 64;

/**
 * One image as it is, pixel for pixel; several as the sheet that `pnpm sample` draws of them, to the byte.
 *
 * @param x `[count, C, H, W]` in [-1, 1]
 * @returns a PNG file
 */
export function pngOf(x: Float32Array, shape: ImagesShape): Uint8Array<ArrayBuffer> {
  const [count, , height, width] = shape;
  const scale = Math.max(height, width) < SMALL_SIDE ? 2 : 1;
  return encodePng(contactSheet(x, shape, count === 1 ? { gap: 0 } : { scale }));
}
