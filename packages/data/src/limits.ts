import { plural } from '@isonoise/error';
import { DataError } from './errors.ts';

/**
 * Limits of a data set. They are checked before memory is allocated, because a header of a few bytes can claim any
 * size.
 */
export const DATA_LIMITS: {
  readonly images: number;
  readonly side: number;
  readonly pixelBytes: number;
  readonly classes: number;
  readonly tags: number;
  readonly tagLength: number;
} = {
  /**
   * Images in a set: 13 times the number of images of ImageNet-1k. Headers that claim billions of images are rejected.
   */
  images: 2 ** 24,
  /** Width and height of an image, far above the training sizes of pixel U-Nets. */
  side: 4096,
  /** Size of all pixels of a set in bytes. Typed arrays and file reads support this length on every platform. */
  pixelBytes: 2 ** 31 - 1,
  /** Classes in a set. */
  classes: 2 ** 16,
  /** Tags in a set. A training step receives a number for each tag of each image. */
  tags: 2 ** 14,
  /** Length of a tag, in characters. */
  tagLength: 100,
};

/**
 * Checks the number and the size of images against `DATA_LIMITS`.
 *
 * @param what prefix of the error message; usually the file name
 * @throws DataError `DATA_LIMIT`
 */
export function checkLimits(
  what: string,
  count: number,
  channels: number,
  height: number,
  width: number,
): void {
  const fail = (got: string, limit: string): never => {
    throw new DataError('DATA_LIMIT', `${what}: found ${got}; expected at most ${limit}`, { file: what });
  };
  if (count > DATA_LIMITS.images) fail(`${count} images`, `${DATA_LIMITS.images}. Use fewer images.`);
  if (height > DATA_LIMITS.side || width > DATA_LIMITS.side)
    fail(`images of ${width}x${height}`, `${DATA_LIMITS.side} pixels per side. Scale the images down.`);
  const bytes = count * channels * height * width;
  if (bytes > DATA_LIMITS.pixelBytes)
    fail(
      `${plural(count, 'image')} of ${width}x${height} with ${plural(channels, 'channel')}, ${bytes} bytes`,
      `${DATA_LIMITS.pixelBytes} bytes. Use fewer or smaller images.`,
    );
}
