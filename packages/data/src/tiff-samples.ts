import { plural } from '@isonoise/error';

/** TIFF tags that describe samples. Source: TIFF 6.0, section 8; supplement 1. */
const TAGS = {
  compression: 259,
  photometric: 262,
  samples: 277,
  extra: 338,
  format: 339,
  subsampling: 530,
} as const;

type Tags = Readonly<Record<keyof typeof TAGS, readonly number[]>>;

/**
 * Number of samples per pixel without extra samples, by PhotometricInterpretation: grey (two kinds), RGB, palette,
 * mask, CMYK, YCbCr, Lab.
 */
const COLOUR_SAMPLES: Readonly<Record<number, number>> = { 0: 1, 1: 1, 2: 3, 3: 1, 4: 1, 5: 4, 6: 3, 8: 3 };
const [WHITE_IS_ZERO, YCBCR] = [0, 6];
const [OLD_JPEG, JPEG] = [6, 7];
const FLOAT = 3;
const UNSPECIFIED = 0;
/** Maximum number of values per tag, and of entries per directory. Supported images have fewer. */
const MAX_VALUES = 16;
const MAX_ENTRIES = 4096;

/**
 * Finds samples in the first picture of a TIFF that the decoder would misread. The decoder treats samples of unknown
 * meaning as transparency, or drops them. It also reads YCbCr as RGB, and does not invert floats.
 *
 * @returns a description of such samples; undefined if there are none, or if the file is damaged, which the decoder
 *   reports
 */
export function misreadTiff(bytes: Uint8Array): string | undefined {
  const tags = firstDirectory(bytes);
  if (tags === undefined) return undefined;
  const photometric = tags.photometric[0] ?? -1;
  const samples = tags.samples[0] ?? 1;
  const extra = samples - (COLOUR_SAMPLES[photometric] ?? samples);
  const unknown = tags.extra.filter((meaning) => meaning === UNSPECIFIED).length;
  if (extra > 1 || unknown > 0)
    return `${plural(samples, 'sample')} per pixel, ${Math.max(unknown, extra - 1)} of them without a declared meaning`;
  const [compression = 1] = tags.compression;
  const isFullSize = (tags.subsampling[0] ?? 2) === 1 && (tags.subsampling[1] ?? 2) === 1;
  if (photometric === YCBCR && isFullSize && compression !== JPEG && compression !== OLD_JPEG)
    return 'YCbCr at full resolution without JPEG compression';
  if (photometric === WHITE_IS_ZERO && tags.format[0] === FLOAT) return 'floats in which 0 is white';
  return undefined;
}

function firstDirectory(bytes: Uint8Array): Tags | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = bytes[0] === 0x49;
  try {
    const u16 = (at: number): number => view.getUint16(at, little);
    const u32 = (at: number): number => view.getUint32(at, little);
    const u64 = (at: number): number => Number(view.getBigUint64(at, little));
    // BigTIFF has 64-bit counts and offsets, and longer entries.
    const big = u16(2) === 43;
    const word = big ? u64 : u32;
    const start = word(big ? 8 : 4);
    const count = big ? u64(start) : u16(start);
    if (count > MAX_ENTRIES) return undefined;
    const found = new Map<number, readonly number[]>();
    for (let i = 0; i < count; i++) {
      const at = start + (big ? 8 : 2) + i * (big ? 20 : 12);
      const [tag, type, length] = [u16(at), u16(at + 2), word(at + 4)];
      const value = at + (big ? 12 : 8);
      // Only 16-bit and 32-bit integers are needed.
      const size = type === 3 ? 2 : type === 4 ? 4 : 0;
      if (size === 0 || length > MAX_VALUES) continue;
      const from = length * size <= (big ? 8 : 4) ? value : word(value);
      found.set(
        tag,
        Array.from({ length }, (_, k) => (size === 2 ? u16 : u32)(from + k * size)),
      );
    }
    const of = (name: keyof typeof TAGS): readonly number[] => found.get(TAGS[name]) ?? [];
    return {
      compression: of('compression'),
      photometric: of('photometric'),
      samples: of('samples'),
      extra: of('extra'),
      format: of('format'),
      subsampling: of('subsampling'),
    };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
