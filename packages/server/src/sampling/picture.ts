import { contactSheet, encodePng, type ImagesShape, sheetScale } from '@isonoise/picture';

/**
 * One image as it is, pixel for pixel; several as the sheet that `pnpm sample` draws of them, to the byte.
 *
 * @param x `[count, C, H, W]` in [-1, 1]
 * @returns a PNG file
 */
export function pngOf(x: Float32Array, shape: ImagesShape): Uint8Array<ArrayBuffer> {
  const [count, , height, width] = shape;
  return encodePng(contactSheet(x, shape, count === 1 ? { gap: 0 } : { scale: sheetScale(height, width) }));
}
