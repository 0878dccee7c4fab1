import { extname } from 'node:path';
import { type Backdrop, encodeApng, encodeGif, type Picture } from '@isonoise/picture';
import { CliError } from '../errors.ts';
import { SOFTWARE } from '../outputs/own-output.ts';

/** Whether the file name selects APNG, which can store alpha. All other names select GIF. */
const isApng = (path: string): boolean => ['.png', '.apng'].includes(extname(path).toLowerCase());

/** Encodes the frames of an animation in the format that the file name selects. */
export function encodeAnimation(path: string, frames: readonly Picture[]): Uint8Array<ArrayBuffer> {
  const text = { Software: SOFTWARE };
  return isApng(path) ? encodeApng(frames, { text }) : encodeGif(frames, { text });
}

/**
 * Returns the backdrop of an animation. A GIF cannot store alpha, so its default backdrop is a checkerboard.
 *
 * @param requested backdrop from the flags; null if none
 * @param backdrop backdrop of the sheet
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
    `--gif ${path}: a GIF cannot store the alpha of these images; expected the name of an APNG (.png), or ` +
      'a --background that is a colour or checkerboard.',
  );
}
