import type { DecodedImage } from '../folder-images.ts';
import type { ImageSize } from '../image-size.ts';
import type { Channels } from '../pixel-store.ts';
import { MAX_IMAGE_BYTES, readRegular } from './read-bytes.ts';

/**
 * Reads one picture (PNG, JPEG, WebP, GIF, TIFF, AVIF, SVG) at a given size: scaled until it covers the size, then
 * cropped to the middle. Without an alpha channel, transparent parts become white.
 *
 * @param channels 1 grey, 3 colour, 4 colour premultiplied by alpha, and alpha
 * @throws DataError `DATA_NOT_FOUND`, `DATA_FORMAT`, `DATA_EMPTY`, `DATA_LIMIT`, with the file
 */
export async function readPicture(file: string, channels: Channels, size: ImageSize): Promise<DecodedImage> {
  const content = await readRegular(file, MAX_IMAGE_BYTES);
  // Load sharp only here: other readers do not need it.
  const { decodeImage } = await import('./decode-image.ts');
  return decodeImage(content, file, { channels, background: [255, 255, 255], size, fit: 'cover' });
}
