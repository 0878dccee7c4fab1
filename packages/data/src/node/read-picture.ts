import type { DecodedImage } from '../folder-images.ts';
import type { ImageSize } from '../image-size.ts';
import type { Kernel, ScalingFit } from '../picture-fit.ts';
import type { Channels } from '../pixel-store.ts';
import { MAX_IMAGE_BYTES, readRegular } from './read-bytes.ts';

/** How a picture is read. */
export interface PictureOptions {
  /**
   * How the picture is brought to the size. Default `cover`: it is scaled until it covers the size, and
   * cropped to its middle.
   */
  readonly fit?: ScalingFit | undefined;
  /** Default `lanczos`. */
  readonly kernel?: Kernel | undefined;
  /** Colour of transparent parts, without an alpha channel. Default white. */
  readonly background?: readonly [number, number, number] | undefined;
}

/**
 * Reads one picture (PNG, JPEG, WebP, GIF, TIFF, AVIF, SVG) at a given size.
 *
 * @param channels 1 grey, 3 colour, 4 colour premultiplied by alpha, and alpha
 * @throws DataError `DATA_NOT_FOUND`, `DATA_FORMAT`, `DATA_EMPTY`, `DATA_LIMIT`, with the file
 */
export async function readPicture(
  file: string,
  channels: Channels,
  size: ImageSize,
  { fit = 'cover', kernel, background = [255, 255, 255] }: PictureOptions = {},
): Promise<DecodedImage> {
  const content = await readRegular(file, MAX_IMAGE_BYTES);
  // Load sharp only here: other readers do not need it.
  const { decodeImage } = await import('./decode-image.ts');
  return decodeImage(content, file, { channels, background, size, fit, kernel });
}
