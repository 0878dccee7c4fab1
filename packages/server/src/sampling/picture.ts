import {
  type ContactSheetOptions,
  contactSheet,
  encodePng,
  type ImagesShape,
  sheetScale,
  sheetSize,
} from '@isonoise/picture';
import { IMAGE_RECORD } from '@isonoise/runtime';

/**
 * Encodes one image in its own size. Several images become the same sheet as in `pnpm sample`, byte for byte. Images
 * keep their alpha, as in `pnpm sample --background transparent`.
 *
 * @param x `[count, C, H, W]` in [-1, 1]
 * @param record text of the request that the file contains; undefined for none
 * @returns a PNG file
 */
export function pngOf(
  x: Float32Array,
  shape: ImagesShape,
  record: string | undefined,
): Uint8Array<ArrayBuffer> {
  const text = record === undefined ? undefined : { [IMAGE_RECORD.keyword]: record };
  return encodePng(contactSheet(x, shape, layoutOf(shape)), { text });
}

/**
 * Checks that images of this shape can be encoded as PNG. @throws IsonoiseError `PICTURE_SHAPE`, `PICTURE_TOO_LARGE`
 */
export function checkPng(shape: ImagesShape): void {
  sheetSize(shape, layoutOf(shape));
}

function layoutOf([count, , height, width]: ImagesShape): ContactSheetOptions {
  return { backdrop: 'transparent', ...(count === 1 ? { gap: 0 } : { scale: sheetScale(height, width) }) };
}
