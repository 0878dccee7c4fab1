import { DataError } from './errors.ts';

/**
 * What a data set may hold at most. A header of a few bytes can claim any size: each limit is checked before
 * anything is allocated for it.
 */
export const DATA_LIMITS: {
  readonly images: number;
  readonly side: number;
  readonly pixelBytes: number;
  readonly classes: number;
} = {
  /** Images in one set. Stops a header that claims billions; 16 times ImageNet. */
  images: 2 ** 24,
  /** Width and height of an image. Stops one huge picture; far over what a U-Net on pixels is trained at. */
  side: 4096,
  /** All pixels of a set, one byte each; what a typed array and a file read hold on every platform. */
  pixelBytes: 2 ** 31 - 1,
  /** Classes of a set. */
  classes: 2 ** 16,
};

/** Checks count and sides against `DATA_LIMITS`; `what` begins the message, usually the file's name. */
export function checkLimits(
  what: string,
  count: number,
  channels: number,
  height: number,
  width: number,
): void {
  const fail = (got: string, limit: string): never => {
    throw new DataError('DATA_LIMIT', `${what}: ${got}; the limit is ${limit}`, { file: what });
  };
  if (count > DATA_LIMITS.images) fail(`${count} images`, `${DATA_LIMITS.images} images`);
  if (height > DATA_LIMITS.side || width > DATA_LIMITS.side)
    fail(`images of ${width}x${height}`, `${DATA_LIMITS.side} a side`);
  const bytes = count * channels * height * width;
  if (bytes > DATA_LIMITS.pixelBytes)
    fail(
      `${count} images of ${width}x${height} with ${channels} channel(s) need ${bytes} bytes`,
      `${DATA_LIMITS.pixelBytes} bytes: use fewer or smaller images`,
    );
}
