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
 *   frame), `PICTURE_ALPHA`, `PICTURE_OPTION`, `PICTURE_TOO_LARGE`
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
  return gif.bytes();
}
