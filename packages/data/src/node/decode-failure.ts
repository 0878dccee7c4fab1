import { DataError } from '../errors.ts';

/** Maximum width times height of an image. Without it, a file of a few kilobytes could decode to gigabytes. */
export const MAX_INPUT_PIXELS: number = 2 ** 27;

/**
 * Returns the error of a file that the decoder refused.
 *
 * @param cause what the decoder threw
 * @returns `DATA_LIMIT` for too many pixels; `cause` itself if memory ran out, which is not a fault of the file;
 *   otherwise `DATA_FORMAT`
 */
export function decodeFailure(file: string, cause: unknown): unknown {
  // The decoder repeats its message, so use only the first line.
  const reason = (cause instanceof Error ? cause.message : String(cause)).trim().split('\n')[0] ?? '';
  if (cause instanceof RangeError || /out of memory|allocat/i.test(reason)) return cause;
  if (/exceeds pixel limit/i.test(reason)) {
    return new DataError(
      'DATA_LIMIT',
      `${file}: has more than ${MAX_INPUT_PIXELS} pixels; expected fewer. Scale the image down.`,
      { file, cause },
    );
  }
  return new DataError(
    'DATA_FORMAT',
    `${file}: cannot be decoded (${reason}); expected a whole PNG, JPEG, WebP, GIF, AVIF or SVG, or a TIFF of 8-bit, ` +
      '16-bit or 32-bit float samples. Get it again, or convert it.',
    { file, cause },
  );
}
