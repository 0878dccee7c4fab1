import { pictureError } from './errors.ts';
import { GIFEncoder } from './gifenc.ts';
import { indexFrames } from './palette.ts';
import type { Picture } from './picture.ts';
import { requirePictureFits } from './picture-limits.ts';
import { requireFilled } from './require-filled.ts';

export interface GifOptions {
  /** Duration of a frame in milliseconds; GIF stores hundredths of a second. Default 60. */
  readonly delayMs?: number;
  /**
   * Duration of the last frame in milliseconds. Default 1500, longer than the other frames, so that the result stays
   * visible.
   */
  readonly lastDelayMs?: number;
  /** 0 repeats forever, n > 0 repeats n times, −1 plays once. Default 0. */
  readonly repeat?: number;
}

/**
 * Encodes frames of equal size as an animated GIF (GIF89a). Grey frames keep all 256 greys exactly. Colour frames share
 * a palette of 256 colours, which is exact if they have at most 256.
 *
 * @throws `PICTURE_NO_FRAMES`, `PICTURE_FRAMES_DIFFER` (size or channels), `PICTURE_SHAPE` (data that does not fill a
 *   frame), `PICTURE_ALPHA`, `PICTURE_OPTION`, `PICTURE_TOO_LARGE`
 */
export function encodeGif(frames: readonly Picture[], options: GifOptions = {}): Uint8Array<ArrayBuffer> {
  const [first] = frames;
  if (first === undefined) {
    throw pictureError('PICTURE_NO_FRAMES', 'encodeGif: got no frames; expected at least one.');
  }
  const { width, height, channels } = first;
  frames.forEach((frame, i) => {
    requireFilled(`encodeGif, frame ${i}`, frame);
    if (frame.width === width && frame.height === height && frame.channels === channels) return;
    throw pictureError(
      'PICTURE_FRAMES_DIFFER',
      `encodeGif: frame ${i} is ${describe(frame)}; expected ${describe(first)}, like frame 0.`,
    );
  });
  requirePictureFits('encodeGif: the frames have', width, height, frames.length);
  if (channels === 4)
    throw pictureError(
      'PICTURE_ALPHA',
      'encodeGif: the frames have alpha, but a pixel of a GIF is opaque or absent; expected 1 or 3 channels. Write an APNG, ' +
        'or show the images on an opaque backdrop.',
    );
  const delay = delayOf('delayMs', options.delayMs ?? 60);
  const lastDelay = delayOf('lastDelayMs', options.lastDelayMs ?? 1500);
  const repeat = repeatOf(options.repeat ?? 0);

  const { palette, frames: indexed } = indexFrames(frames);
  const gif = GIFEncoder();
  indexed.forEach((index, i) => {
    const timing = { delay: i === indexed.length - 1 ? lastDelay : delay };
    // The palette of the first frame becomes the global palette; later frames refer to it.
    gif.writeFrame(index, width, height, i === 0 ? { ...timing, palette, repeat } : timing);
  });
  gif.finish();
  return gif.bytes();
}

function describe({ width, height, channels }: Picture): string {
  return `${width}x${height}x${channels}`;
}

function delayOf(name: string, value: number): number {
  if (value >= 0 && value <= 655_350) return value;
  throw pictureError(
    'PICTURE_OPTION',
    `encodeGif: ${name} is ${value}; expected 0 to 655350 milliseconds, the maximum of GIF.`,
  );
}

function repeatOf(value: number): number {
  if (Number.isInteger(value) && value >= -1 && value <= 65_535) return value;
  throw pictureError(
    'PICTURE_OPTION',
    `encodeGif: repeat is ${value}; expected 0 (forever), -1 (once) or 1 to 65535 repeats.`,
  );
}
