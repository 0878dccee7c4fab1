import { pictureError } from './errors.ts';

/** Limits of pictures. Formats can store pictures within these limits, and programs can open them. */
export const PICTURE_LIMITS: Readonly<Record<'side' | 'pixels' | 'animation', number>> = Object.freeze({
  /** Maximum width and height. GIF stores 16 bits for each. */
  side: 2 ** 16 - 1,
  /** Maximum of width × height: the largest canvas of Chromium and Safari, 16,384 squared. */
  pixels: 2 ** 28,
  /** Maximum of width × height × frames. All frames are in memory at once. */
  animation: 2 ** 30,
});

/**
 * Checks a size against {@link PICTURE_LIMITS}.
 *
 * @param what prefix of the error message, such as `contactSheet: 5000 columns at scale 2 make`
 * @param frames number of frames of an animation; default 1
 * @throws `PICTURE_TOO_LARGE` if the size exceeds a limit
 */
export function requirePictureFits(what: string, width: number, height: number, frames = 1): void {
  const { side, pixels, animation } = PICTURE_LIMITS;
  const fits =
    Math.max(width, height) <= side && width * height <= pixels && width * height * frames <= animation;
  if (fits) return;
  const count = (value: number): string => value.toLocaleString('en-US');
  const limit =
    Math.max(width, height) > side
      ? `${count(side)} pixels per side`
      : width * height > pixels
        ? `${count(pixels)} pixels`
        : `${count(animation)} pixels in all frames`;
  const many = frames === 1 ? '' : `, ${frames} frames`;
  throw pictureError(
    'PICTURE_TOO_LARGE',
    `${what} ${count(width)} × ${count(height)} pixels${many}; expected at most ${limit}. ` +
      'Use fewer images, fewer columns or a smaller scale.',
  );
}
