import { pictureError } from './errors.ts';

/** The head of a PNG file (chunk IHDR). */
export interface PngHead {
  readonly width: number;
  readonly height: number;
  /** Bits per sample. */
  readonly depth: number;
  /** Colour type: 0 grey, 2 RGB, 3 palette, 4 grey with alpha, 6 RGB with alpha. */
  readonly colourType: number;
  readonly isInterlaced: boolean;
}

/** A chunk. Bytes `start` to `end` of the file include its length, type and checksum. */
interface Chunk {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

/** The parts of a PNG file. */
export interface PngParts {
  readonly head: PngHead;
  readonly chunks: readonly Chunk[];
}

const SIGNATURE: readonly number[] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Number of bytes of a chunk around its content, for length, type and checksum. */
const FRAME = 12;
const HEAD_BYTES = 13;
/** Maximum number of chunks. Encoders write chunks of 8 KiB or more, so this is enough for 512 MiB. */
const MAX_CHUNKS = 65_536;

/**
 * Lists the chunks of a PNG file up to IEND (ISO/IEC 15948).
 *
 * @param operation name of the calling function, for error messages
 * @throws `PICTURE_PNG_MALFORMED` if the file is not a PNG, is cut off, or has too many chunks
 */
export function readPngParts(file: Uint8Array, operation: string): PngParts {
  const fail = (problem: string): never => {
    throw pictureError('PICTURE_PNG_MALFORMED', `${operation}: the file ${problem}`);
  };
  if (SIGNATURE.some((byte, i) => file[i] !== byte))
    fail('does not begin with the PNG signature; expected a PNG file. Save the picture as PNG.');
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const chunks: Chunk[] = [];
  for (let start = SIGNATURE.length; chunks.at(-1)?.type !== 'IEND'; start = chunks.at(-1)?.end ?? start) {
    const end =
      start + FRAME <= file.length ? start + FRAME + view.getUint32(start) : Number.POSITIVE_INFINITY;
    if (end > file.length) fail('is cut off; expected a whole PNG. Get the file again.');
    if (chunks.length === MAX_CHUNKS)
      fail(`has more than ${MAX_CHUNKS} chunks; expected at most ${MAX_CHUNKS}. Save it again.`);
    chunks.push({ type: String.fromCharCode(...file.subarray(start + 4, start + 8)), start, end });
  }
  const [first] = chunks;
  if (first?.type !== 'IHDR' || first.end - first.start !== FRAME + HEAD_BYTES)
    return fail('does not begin with the chunk IHDR; expected a PNG. Get the file again.');
  const at = first.start + 8;
  const byte = (offset: number): number => view.getUint8(at + offset);
  return {
    head: {
      width: view.getUint32(at),
      height: view.getUint32(at + 4),
      depth: byte(8),
      colourType: byte(9),
      isInterlaced: byte(12) !== 0,
    },
    chunks,
  };
}

/** Returns the compressed pixels, in the pieces of the file's chunks. */
export const compressedPixels = (file: Uint8Array, { chunks }: PngParts): readonly Uint8Array[] =>
  chunks.filter(({ type }) => type === 'IDAT').map(({ start, end }) => file.subarray(start + 8, end - 4));

/** Copies a file, with only the chunks of the given types. */
export function withChunks(file: Uint8Array, { chunks }: PngParts, types: readonly string[]): Uint8Array {
  const kept = chunks.filter(({ type }) => types.includes(type));
  const length = kept.reduce((sum, { start, end }) => sum + end - start, SIGNATURE.length);
  const copy = new Uint8Array(length);
  copy.set(SIGNATURE);
  let at = SIGNATURE.length;
  for (const { start, end } of kept) {
    copy.set(file.subarray(start, end), at);
    at += end - start;
  }
  return copy;
}
