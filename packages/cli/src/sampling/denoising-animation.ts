import { extname } from 'node:path';
import { type Backdrop, encodeApng, encodeGif, type Picture } from '@isonoise/picture';
import { CliError } from '../errors.ts';

/** Whether the name of an animation is that of an APNG, which keeps alpha. All other names are those of GIFs. */
const isApng = (path: string): boolean => ['.png', '.apng'].includes(extname(path).toLowerCase());

/** Encodes the frames of a denoising in the format of the file name. */
export function encodeAnimation(path: string, frames: readonly Picture[]): Uint8Array<ArrayBuffer> {
  return isApng(path) ? encodeApng(frames) : encodeGif(frames);
}

/**
 * Returns what is behind the images of an animation. A GIF cannot hold alpha, so its images are on a checkerboard by default.
 *
 * @param requested null if no backdrop was requested
 * @param backdrop of the sheet
 * @throws `CLI_USAGE` if a transparent GIF was requested
 */
export function animationBackdrop(
  path: string,
  channels: number,
  requested: Backdrop | null,
  backdrop: Backdrop,
): Backdrop {
  if (channels !== 4 || backdrop !== 'transparent' || isApng(path)) return backdrop;
  if (requested === null) return 'checkerboard';
  throw new CliError(
    'CLI_USAGE',
    `--gif ${path}: a pixel of a GIF is opaque or absent, and these images have alpha; expected the name of an APNG (.png), or ` +
      'a --background that is a colour or checkerboard.',
  );
}
