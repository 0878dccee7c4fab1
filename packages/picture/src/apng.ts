import { type AnimationOptions, checkedAnimation } from './animation.ts';
import { crc32 } from './crc32.ts';
import type { Picture } from './picture.ts';
import { encodePng } from './png.ts';

/** Length of the signature of a PNG, and of the length, type and CRC around the data of a chunk. */
const [SIGNATURE, LENGTH, TYPE, CRC] = [8, 4, 4, 4];

/**
 * Encodes frames of equal size as an animated PNG: 8 bits, grey, RGB or RGBA, without loss. Viewers without animation show
 * the first frame.
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
  const parts: Uint8Array[] = [];
  let sequence = 0;
  for (const [i, frame] of frames.entries()) {
    const png = encodePng(frame);
    const chunks = chunksOf(png);
    if (i === 0) {
      parts.push(
        png.subarray(0, SIGNATURE),
        chunk('IHDR', chunks.filter(({ type }) => type === 'IHDR').map(data)),
      );
      parts.push(chunk('acTL', [words(frames.length, repeat === 0 ? 0 : repeat + (repeat < 0 ? 2 : 1))]));
    }
    parts.push(chunk('fcTL', [frameControl(sequence++, first, delays[i] as number)]));
    for (const image of chunks.filter(({ type }) => type === 'IDAT').map(data))
      parts.push(i === 0 ? chunk('IDAT', [image]) : chunk('fdAT', [words(sequence++), image]));
  }
  parts.push(chunk('IEND', []));
  return joined(parts);
}

interface Chunk {
  readonly type: string;
  readonly data: Uint8Array;
}

const data = (part: Chunk): Uint8Array => part.data;

/** Splits a whole PNG into its chunks. */
function chunksOf(png: Uint8Array): readonly Chunk[] {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const chunks: Chunk[] = [];
  for (let at = SIGNATURE; at < png.length; ) {
    const start = at + LENGTH + TYPE;
    const end = start + view.getUint32(at);
    chunks.push({
      type: String.fromCharCode(...png.subarray(at + LENGTH, start)),
      data: png.subarray(start, end),
    });
    at = end + CRC;
  }
  return chunks;
}

/** Content of `fcTL`: the whole picture, which replaces all pixels of the earlier frame, for some milliseconds. */
function frameControl(sequence: number, { width, height }: Picture, delayMs: number): Uint8Array {
  // The delay is a fraction of two 16-bit numbers: milliseconds, or hundredths of a second if it is long.
  const [delay, unit] = delayMs < 2 ** 16 ? [Math.round(delayMs), 1000] : [Math.round(delayMs / 10), 100];
  const [dispose, blend] = [0, 0];
  return joined([
    words(sequence, width, height, 0, 0, delay * 2 ** 16 + unit),
    Uint8Array.of(dispose, blend),
  ]);
}

/** 32-bit numbers, big-endian. */
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
  return joined([words(content.length - TYPE), content, words(crc32(content))]);
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
