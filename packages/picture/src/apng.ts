import { type AnimationOptions, checkedAnimation } from './animation.ts';
import { crc32 } from './crc32.ts';
import type { Picture } from './picture.ts';
import { encodePng } from './png.ts';
import { compressedPixels, readPngParts } from './png-chunks.ts';

/** Number of plays that means an endless loop. */
const FOREVER = 0;

/**
 * Encodes frames of equal size as an animated PNG with 8 bits per sample (grey, RGB or RGBA), without loss. Viewers
 * that do not support animation show the first frame.
 *
 * @see https://www.w3.org/TR/png-3/#apng-frame-based-animation
 * @throws `PICTURE_NO_FRAMES`, `PICTURE_FRAMES_DIFFER` (size or channels), `PICTURE_SHAPE` (data that does not fill a
 *   frame), `PICTURE_OPTION`, `PICTURE_TOO_LARGE`
 */
export function encodeApng(
  frames: readonly Picture[],
  options: AnimationOptions = {},
): Uint8Array<ArrayBuffer> {
  const { first, delays, repeat } = checkedAnimation('encodeApng', frames, options);
  const plays = repeat < 0 ? 1 : repeat === 0 ? FOREVER : repeat + 1;
  const written: Uint8Array[] = [];
  let sequence = 0;
  for (const [i, frame] of frames.entries()) {
    const png = encodePng(frame, i === 0 ? { text: options.text } : {});
    const parts = readPngParts(png, 'encodeApng');
    // The signature and IHDR are the same as in a still picture.
    if (i === 0)
      written.push(
        png.subarray(0, parts.chunks[0]?.end),
        chunk('acTL', [words(frames.length, plays)]),
        ...parts.chunks
          .filter(({ type }) => type === 'tEXt')
          .map(({ start, end }) => png.subarray(start, end)),
      );
    written.push(chunk('fcTL', [frameControl(sequence++, first, delays[i] as number)]));
    for (const pixels of compressedPixels(png, parts))
      written.push(i === 0 ? chunk('IDAT', [pixels]) : chunk('fdAT', [words(sequence++), pixels]));
  }
  written.push(chunk('IEND', []));
  return joined(written);
}

/** Returns the content of `fcTL` for a frame that replaces the whole picture. */
function frameControl(sequence: number, { width, height }: Picture, delayMs: number): Uint8Array {
  // The delay is a fraction of two 16-bit numbers. Long delays are in hundredths of a second, others in milliseconds.
  const [delay, unit] = delayMs < 2 ** 16 ? [Math.round(delayMs), 1000] : [Math.round(delayMs / 10), 100];
  const [dispose, blend] = [0, 0];
  return joined([
    words(sequence, width, height, 0, 0, delay * 2 ** 16 + unit),
    Uint8Array.of(dispose, blend),
  ]);
}

/** Encodes numbers as big-endian 32-bit numbers. */
function words(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => {
    view.setUint32(4 * i, value);
  });
  return bytes;
}

function chunk(type: string, parts: readonly Uint8Array[]): Uint8Array {
  const content = joined([Uint8Array.from(type, (letter) => letter.charCodeAt(0)), ...parts]);
  return joined([words(content.length - type.length), content, words(crc32(content))]);
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
