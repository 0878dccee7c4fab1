import sharp, { type Metadata, type Sharp } from 'sharp';
import { isTransparent, premultiply, withOpaqueAlpha } from '../alpha.ts';
import { DataError } from '../errors.ts';
import type { DecodedImage, ImageSize } from '../folder-images.ts';
import { imageKind } from '../image-format.ts';
import { repairedJpeg } from '../jpeg/index.ts';
import type { ChannelChoice, ImagePixels } from '../pixel-store.ts';
import { misreadTiff } from '../tiff-samples.ts';
import { PLAIN_SPACES, unitFloats } from './float-samples.ts';

/**
 * Largest width times height of a file. Without this limit, a file of a few kilobytes could decode to
 * gigabytes.
 */
const MAX_INPUT_PIXELS = 2 ** 27;

/**
 * Largest length, in bytes, of a JPEG whose codes are all checked here as well. The check is needed because
 * libvips ignores libjpeg's warnings about the last 8 or 16 rows. A small image may have no other rows. In a large image they are a
 * small part, and the check would take longer than decoding.
 */
const SMALL_JPEG = 65_536;

/** Opens the image; each call starts at its beginning. */
type Open = () => Sharp;

export interface DecodeOptions {
  /** 4 keeps transparency, `auto` keeps it if it is visible; others show the background. */
  readonly channels: ChannelChoice;
  /** Colour shown in transparent parts, `[red, green, blue]`, 0..255. */
  readonly background: readonly [number, number, number];
  /** Size of the result; undefined keeps the size of the image. */
  readonly size: ImageSize | undefined;
  /** Whether an image of another size is scaled and cropped; otherwise it is refused. */
  readonly scale: boolean;
}

/** How samples are decoded, for each format name of libvips. */
const SAMPLES: Readonly<Record<string, 'bytes' | 'words' | 'floats'>> = {
  uchar: 'bytes',
  ushort: 'words',
  float: 'floats',
};

/** Colour spaces in which libvips keeps 16-bit samples unchanged. */
const WORD_SPACES: ReadonlySet<string> = new Set(['grey16', 'rgb16']);

/**
 * Decodes an image file (PNG, JPEG, WebP, GIF, TIFF) to bytes. The first frame of an animation is used.
 *
 * 1. Harmless faults of a JPEG are repaired; damaged JPEGs are refused.
 * 2. Samples of other than 8 or 16 bits are converted by their declared range, or refused.
 * 3. EXIF orientation is applied.
 * 4. Transparent parts show the background, unless the result has an alpha channel.
 * 5. With `scale`, the image is scaled until it covers the size (Lanczos 3, of premultiplied colours) and cropped to the
 *    middle.
 * 6. Colours become sRGB or its grey; 16 bits become 8. With an alpha channel, colours are premultiplied.
 *
 * @param content bytes of the file
 * @param file prefix of every error message
 * @throws DataError `DATA_FORMAT` if the file is corrupt, cut off, not an image or has unsupported samples;
 * `DATA_EMPTY`; `DATA_MISMATCH` for another size without `scale`
 */
export async function decodeImage(
  content: Uint8Array,
  file: string,
  options: DecodeOptions,
): Promise<DecodedImage> {
  const kind = imageKind(content, file);
  const misread = kind === 'tiff' ? misreadTiff(content) : undefined;
  if (misread !== undefined)
    throw new DataError(
      'DATA_FORMAT',
      `${file}: has ${misread}; expected grey or RGB, with or without transparency. Convert it.`,
      { file },
    );
  if (kind !== 'jpeg') return decode(() => open(content, 'warning'), file, options);
  const { bytes, endless, checkPixels } = repairedJpeg(content, file);
  if (endless || bytes.length <= SMALL_JPEG) checkPixels();
  try {
    return await decode(() => open(bytes, 'warning'), file, options);
  } catch (error) {
    if (!(error instanceof DataError) || error.code !== 'DATA_FORMAT') throw error;
    // libjpeg also warns about faults that do not damage pixels, and stops at the first warning. Check the codes instead.
    checkPixels();
    return decode(() => open(bytes, 'error'), file, options);
  }
}

async function decode(source: Open, file: string, options: DecodeOptions): Promise<DecodedImage> {
  const { size, scale } = options;
  const metadata = await named(file, () => source().metadata());
  const { width, height } = metadata.autoOrient;
  const original = { width, height };
  if (size !== undefined && !scale && (size.width !== width || size.height !== height))
    throw new DataError('DATA_MISMATCH', `${file} is ${width}x${height}`, { file });

  const samples = SAMPLES[metadata.depth ?? ''];
  if (samples === undefined) throw unreadSamples(file, metadata, await rangeText(source, metadata));
  const deep = samples === 'words' && WORD_SPACES.has(metadata.space);
  const largest16 = deep ? await named(file, () => largestWord(source, metadata)) : undefined;
  const openUpright = async (): Promise<Sharp> =>
    (samples === 'floats' ? await unitFloats(source(), metadata, file) : source()).autoOrient();
  const { size: shown, ...pixels } = await read(openUpright, file, options, metadata.hasAlpha);
  return {
    ...pixels,
    size: shown,
    original,
    cut: cutOff(original, shown),
    largest16,
    frames: metadata.pages,
  };
}

/** Reads the pixels of an upright image, with or without its transparency. */
async function read(
  openUpright: () => Promise<Sharp>,
  file: string,
  { channels, background: [r, g, b], size, scale }: DecodeOptions,
  hasAlpha: boolean,
): Promise<ImagePixels & { readonly size: ImageSize }> {
  const bytesOf = async (image: Sharp, space: 'srgb' | 'b-w', expected: 1 | 3 | 4): Promise<RawImage> => {
    const scaled =
      size !== undefined && scale
        ? image.resize(size.width, size.height, { fit: 'cover', position: 'centre', kernel: 'lanczos3' })
        : image;
    const { data, info } = await named(file, () =>
      scaled.toColourspace(space).raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true }),
    );
    if (info.channels !== expected)
      throw new DataError(
        'DATA_FORMAT',
        `${file}: decodes to ${info.channels} channels; expected ${expected}`,
        { file },
      );
    return { data, size: { width: info.width, height: info.height } };
  };
  if (hasAlpha && (channels === 4 || channels === 'auto')) {
    const { data, size: shown } = await bytesOf(await openUpright(), 'srgb', 4);
    if (channels === 4 || isTransparent(data)) return { pixels: premultiply(data), channels: 4, size: shown };
  }
  const flat = (await openUpright()).flatten({ background: { r, g, b } });
  const { data, size: shown } = await bytesOf(flat, channels === 1 ? 'b-w' : 'srgb', channels === 1 ? 1 : 3);
  if (channels === 1) return { pixels: data, channels, size: shown };
  const pixels = planar(data, 3);
  return channels === 4
    ? { pixels: withOpaqueAlpha(pixels, shown.width * shown.height), channels, size: shown }
    : { pixels, channels: 3, size: shown };
}

/** Bytes of an image, `[H, W, C]`. */
interface RawImage {
  readonly data: Uint8Array;
  readonly size: ImageSize;
}

/** Computes the part of the area that is cropped. */
function cutOff(original: ImageSize, shown: ImageSize): number {
  const [wide, high] = [original.width / shown.width, original.height / shown.height];
  return 1 - Math.min(wide, high) / Math.max(wide, high);
}

/**
 * Opens an image. Both levels of `failOn` refuse a cut-off file, which would otherwise be decoded as a half-grey image;
 * `warning` also refuses lesser faults.
 */
function open(bytes: Uint8Array, failOn: 'warning' | 'error'): Sharp {
  return sharp(bytes, { failOn, limitInputPixels: MAX_INPUT_PIXELS });
}

/** Returns the largest sample of a 16-bit image, ignoring transparency. */
async function largestWord(source: Open, { space }: Metadata): Promise<number> {
  const { data } = await source()
    .removeAlpha()
    .toColourspace(space)
    .raw({ depth: 'ushort' })
    .toBuffer({ resolveWithObject: true });
  const words = new Uint16Array(data.buffer, data.byteOffset, data.length >> 1);
  return words.reduce((most, value) => Math.max(most, value), 0);
}

/** Returns ` from 0 to 248`, or '' if the decoder cannot read the samples. */
async function rangeText(source: Open, { space }: Metadata): Promise<string> {
  if (!PLAIN_SPACES.has(space)) return '';
  try {
    const { data } = await source()
      .toColourspace(space)
      .raw({ depth: 'double' })
      .toBuffer({ resolveWithObject: true });
    const values = new Float64Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.length));
    const least = values.reduce((a, b) => Math.min(a, b));
    return ` from ${least} to ${values.reduce((a, b) => Math.max(a, b))}`;
  } catch {
    // The message is complete without the range.
    return '';
  }
}

const NAMES: Readonly<Record<string, string>> = {
  char: 'signed 8-bit integers',
  short: 'signed 16-bit integers',
  int: 'signed 32-bit integers',
  uint: '32-bit integers',
  double: '64-bit floats',
  complex: 'complex numbers',
  dpcomplex: 'complex numbers',
};

function unreadSamples(file: string, { depth }: Metadata, range: string): DataError {
  return new DataError(
    'DATA_FORMAT',
    `${file}: the samples are ${NAMES[depth ?? ''] ?? depth}${range}; expected 8-bit or 16-bit samples, or 32-bit floats ` +
      'in 0 to 1. Convert it.',
    { file },
  );
}

/** @throws DataError `DATA_FORMAT` */
async function named<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    // The decoder repeats itself: the first line is enough.
    const reason = (cause instanceof Error ? cause.message : String(cause)).trim().split('\n')[0];
    throw new DataError(
      'DATA_FORMAT',
      `${file}: cannot be decoded (${reason}); expected a whole PNG, JPEG, WebP or GIF, or a TIFF of 8-bit, 16-bit or ` +
        '32-bit float samples.',
      { file, cause },
    );
  }
}

/** `[H, W, C] -> [C, H, W]`. */
function planar(data: Uint8Array, channels: number): Uint8Array {
  const plane = data.length / channels;
  const out = new Uint8Array(data.length);
  for (let c = 0; c < channels; c++)
    for (let i = 0; i < plane; i++) out[c * plane + i] = data[i * channels + c] as number;
  return out;
}
