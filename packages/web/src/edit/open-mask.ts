import { DataError } from '@isonoise/data';
import { maskOfPlanes } from '@isonoise/picture';
import { decodeImage } from '../files/decode-image.ts';
import { createPictureDecoder } from '../train/decode-picture.ts';
import type { Size } from './layers.ts';

/**
 * Reads a mask from a picture. As with `pnpm sample --mask`, the mask is 1 where the picture is opaque and light. It is not
 * scaled, because the canvas already has its final size.
 *
 * @returns `[H, W]`
 * @throws DataError `DATA_FORMAT` if the picture has a different size, or is dark everywhere; errors of `decodeImage`
 */
export async function openMask(file: File, size: Size): Promise<Uint8Array<ArrayBuffer>> {
  const { width, height } = size;
  const bitmap = await decodeImage(file, file.name);
  if (bitmap.width !== width || bitmap.height !== height) {
    const found = `${bitmap.width} × ${bitmap.height}`;
    bitmap.close();
    throw wrongMask(
      file,
      `has ${found} pixels; expected a mask of ${width} × ${height} pixels, the size of the canvas. Scale it first.`,
    );
  }
  const decode = createPictureDecoder({
    size: { width, height },
    fit: 'stretch',
    kernel: 'nearest',
    colours: 'alpha',
    background: [0, 0, 0],
    atlas: null,
  });
  const mask = maskOfPlanes(decode(bitmap, file.name).pixels, width * height);
  if (!mask.includes(1)) {
    throw wrongMask(file, 'is dark everywhere; expected light pixels where the picture is drawn again.');
  }
  return mask;
}

const wrongMask = ({ name }: File, problem: string): DataError =>
  new DataError('DATA_FORMAT', `${name}: ${problem}`, { file: name });
