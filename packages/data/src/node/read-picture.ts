import type { DecodedImage } from '../folder-images.ts';
import type { ImageSize } from '../image-size.ts';
import type { Kernel, ScalingFit } from '../picture-fit.ts';
import type { Channels } from '../pixel-store.ts';
import { MAX_IMAGE_BYTES, readRegular } from './read-bytes.ts';

/** How a picture is read. */
export interface PictureOptions {
  /**
   * How the picture is fitted to the size. Default `cover`, which scales it until it covers the size, and crops it to
   * its middle.
   */
  readonly fit?: ScalingFit | undefined;
  /** Scaling method. Default `lanczos`. */
  readonly kernel?: Kernel | undefined;
  /** Colour shown in transparent parts without an alpha channel. Default white. */
  readonly background?: readonly [number, number, number] | undefined;
}

/**
 * Reads one picture (PNG, JPEG, WebP, GIF, TIFF, AVIF, SVG) at a given size.
 *
 * @param channels 1 for grey, 3 for colour, 4 for premultiplied colour and alpha
 * @throws DataError `DATA_NOT_FOUND`, `DATA_FORMAT`, `DATA_EMPTY`, `DATA_LIMIT`, naming the file
 */
export async function readPicture(
  file: string,
  channels: Channels,
  size: ImageSize,
  { fit = 'cover', kernel, background = [255, 255, 255] }: PictureOptions = {},
): Promise<DecodedImage> {
  const content = await readRegular(file, MAX_IMAGE_BYTES);
  // Load sharp only now, because other readers do not need it.
  const { decodeImage } = await import('./decode-image.ts');
  return decodeImage(content, file, { channels, background, size, fit, kernel });
}
