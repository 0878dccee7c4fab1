import {
  type ContactSheetOptions,
  contactSheet,
  encodePng,
  type ImagesShape,
  sheetScale,
  sheetSize,
} from '@isonoise/picture';

/**
 * Encodes one image pixel for pixel. Several images become the same sheet as in `pnpm sample`, byte for byte. Images with
 * alpha keep it, as in `pnpm sample --background transparent`.
 *
 * @param x `[count, C, H, W]` in [-1, 1]
 * @returns a PNG file
 */
export function pngOf(x: Float32Array, shape: ImagesShape): Uint8Array<ArrayBuffer> {
  return encodePng(contactSheet(x, shape, layoutOf(shape)));
}

/**
 * @throws IsonoiseError `PICTURE_SHAPE`, `PICTURE_TOO_LARGE` images of this shape cannot be encoded as PNG
 */
export function checkPng(shape: ImagesShape): void {
  sheetSize(shape, layoutOf(shape));
}

function layoutOf([count, , height, width]: ImagesShape): ContactSheetOptions {
  return { backdrop: 'transparent', ...(count === 1 ? { gap: 0 } : { scale: sheetScale(height, width) }) };
}
