import { type AnimationOptions, checkedAnimation } from './animation.ts';
import { pictureError } from './errors.ts';
import { GIFEncoder } from './gifenc.ts';
import { indexFrames } from './palette.ts';
import type { Picture } from './picture.ts';

/**
 * Encodes frames of equal size as an animated GIF (GIF89a). Grey frames keep all 256 greys exactly. Colour frames
 * share a palette of 256 colours. If they have at most 256 colours, these are exact.
 *
 * @throws `PICTURE_NO_FRAMES`, `PICTURE_FRAMES_DIFFER` (size or channels), `PICTURE_SHAPE` (data that does not fill a
 *   frame), `PICTURE_ALPHA`, `PICTURE_OPTION` (timing or texts), `PICTURE_TOO_LARGE`
 */
export function encodeGif(
  frames: readonly Picture[],
  options: AnimationOptions = {},
): Uint8Array<ArrayBuffer> {
  const { first, delays, repeat } = checkedAnimation('encodeGif', frames, options);
  const { width, height, channels } = first;
  if (channels === 4)
    throw pictureError(
      'PICTURE_ALPHA',
      'encodeGif: the frames have alpha, but GIF stores no partial alpha; expected 1 or 3 channels. Write an APNG, ' +
        'or show the images on an opaque backdrop.',
    );

  const { palette, frames: indexed } = indexFrames(frames);
  const gif = GIFEncoder();
  indexed.forEach((index, i) => {
    const timing = { delay: delays[i] as number };
    // The palette of the first frame becomes the global palette, which later frames use.
    gif.writeFrame(index, width, height, i === 0 ? { ...timing, palette, repeat } : timing);
  });
  gif.finish();
  return withComments(gif.bytes(), options.text ?? {});
}

/** Bytes that begin a comment, and the byte that ends a file. */
const [COMMENT, TRAILER] = [[0x21, 0xfe], 0x3b] as const;
/** Maximum number of bytes in a block of a GIF. */
const MOST_BYTES = 255;

/** Inserts texts as comments before the end of a GIF. @throws `PICTURE_OPTION` if a text is too long or not Latin-1 */
function withComments(gif: Uint8Array, text: Readonly<Record<string, string>>): Uint8Array<ArrayBuffer> {
  const comments = Object.entries(text).flatMap(([keyword, value]) => {
    const codes = Array.from(`${keyword}: ${value}`, (letter) => letter.charCodeAt(0));
    if (codes.length > MOST_BYTES || codes.some((code) => code > 255))
      throw pictureError(
        'PICTURE_OPTION',
        `encodeGif: text ${JSON.stringify(keyword)} has ${codes.length} characters; expected at most ${MOST_BYTES} with its keyword, in Latin-1.`,
      );
    return [...COMMENT, codes.length, ...codes, 0];
  });
  const bytes = new Uint8Array(gif.length + comments.length);
  bytes.set(gif.subarray(0, -1));
  bytes.set([...comments, TRAILER], gif.length - 1);
  return bytes;
}
