import { plural } from '@isonoise/error';
import { convertIndexedToRgb, decode } from 'fast-png';
import { Unzlib } from 'fflate';
import { pictureError } from './errors.ts';
import { compressedPixels, type PngHead, readPngParts, withChunks } from './png-chunks.ts';

/** A decoded picture with samples of 8 bits. With 2 or 4 channels, the last one is alpha. */
export interface DecodedPng {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 2 | 3 | 4;
  /** `[height, width, channels]` row-major. */
  readonly data: Uint8Array;
}

/** Number of samples per pixel in the file, by colour type. */
const SAMPLES: Readonly<Record<number, 1 | 2 | 3 | 4>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const PALETTE = 3;

/** Chunks that determine the samples. Other chunks, such as texts and colour profiles, are ignored. */
const NEEDED = ['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND'] as const;

/** Number of bytes that are inflated at a time. They become at most a thousand times as many. */
const PIECE = 4096;

/**
 * Decodes a PNG file of a known size with 8 bits per sample, in grey or RGB, with or without alpha, or with a
 * palette. The size and the length of the file bound memory and time. Gamma and colour profiles are ignored.
 *
 * @param size the size that the picture must have
 * @throws `PICTURE_SHAPE` if the size differs; `PICTURE_PNG_UNSUPPORTED` if the PNG is not of a kind described above;
 *   `PICTURE_PNG_MALFORMED`
 */
export function decodePng(file: Uint8Array, size: Pick<DecodedPng, 'width' | 'height'>): DecodedPng {
  const parts = readPngParts(file, 'decodePng');
  const { head } = parts;
  const { width, height } = head;
  if (width !== size.width || height !== size.height) {
    const expected = `${size.width} × ${size.height}`;
    throw pictureError(
      'PICTURE_SHAPE',
      `decodePng: the file has ${width} × ${plural(height, 'pixel')}; expected ${expected}. Scale it first.`,
    );
  }
  const types = new Set(parts.chunks.map(({ type }) => type));
  const samples = supported(head, types);
  requireLength(compressedPixels(file, parts), height * (1 + Math.ceil((width * samples * head.depth) / 8)));
  try {
    const png = decode(withChunks(file, parts, NEEDED), { checkCrc: true });
    if (head.colourType !== PALETTE)
      return { width, height, channels: samples, data: Uint8Array.from(png.data) };
    const data = convertIndexedToRgb(png);
    return { width, height, channels: data.length === 4 * width * height ? 4 : 3, data };
  } catch (cause) {
    throw malformed(cause);
  }
}

/** Requires a supported kind of PNG. @returns the number of samples per pixel @throws `PICTURE_PNG_UNSUPPORTED` */
function supported({ depth, colourType, isInterlaced }: PngHead, types: ReadonlySet<string>): 1 | 2 | 3 | 4 {
  const samples = SAMPLES[colourType];
  const isPalette = colourType === PALETTE;
  if (samples === undefined) return unsupported(`has the unknown colour type ${colourType}`);
  if (isPalette ? depth > 8 : depth !== 8) return unsupported(`has ${plural(depth, 'bit')} per sample`);
  if (isInterlaced) return unsupported('is interlaced');
  if (types.has('acTL')) return unsupported('is animated');
  if (types.has('tRNS') && !isPalette) return unsupported('has a transparent colour');
  return samples;
}

function unsupported(problem: string): never {
  throw pictureError(
    'PICTURE_PNG_UNSUPPORTED',
    `decodePng: the file ${problem}; expected a still PNG with 8 bits per sample, without interlace. Save it again as such a PNG.`,
  );
}

const malformed = (cause: unknown): Error =>
  pictureError(
    'PICTURE_PNG_MALFORMED',
    `decodePng: the file is damaged (${cause instanceof Error ? cause.message : String(cause)}); expected a whole PNG. Get the file again.`,
    { cause },
  );

/**
 * Requires that the pixels inflate to exactly `expected` bytes. Otherwise a file of a few kilobytes could become
 * gigabytes, and missing pixels would be black. Only one piece is in memory at a time.
 */
function requireLength(pieces: readonly Uint8Array[], expected: number): void {
  let length = 0;
  const inflator = new Unzlib((inflated) => {
    length += inflated.length;
    if (length > expected) throw new RangeError(`more than ${plural(expected, 'byte')} of pixels`);
  });
  try {
    for (const piece of pieces) {
      for (let at = 0; at < piece.length; at += PIECE) inflator.push(piece.subarray(at, at + PIECE));
    }
    inflator.push(new Uint8Array(0), true);
    if (length < expected) throw new RangeError(`${length} of ${plural(expected, 'byte')} of pixels`);
  } catch (cause) {
    throw malformed(cause);
  }
}
