import { plural } from '@isonoise/error';
import sharp, { type ResizeOptions, type Sharp } from 'sharp';
import { isTransparent } from '../alpha.ts';
import { type AtlasGrid, cutAtlas, cutSeamless, cutTiles } from '../atlas.ts';
import { DataError } from '../errors.ts';
import type { DecodedImage } from '../folder-images.ts';
import { imageKind } from '../image-format.ts';
import type { ImageSize } from '../image-size.ts';
import { repairedJpeg } from '../jpeg/index.ts';
import {
  cutShare,
  type Fit,
  fitRaster,
  isCutting,
  type Kernel,
  placement,
  type ScalingFit,
} from '../picture-fit.ts';
import type { ChannelChoice, Channels } from '../pixel-store.ts';
import type { Raster } from '../raster.ts';
import { planarOf } from '../rgba.ts';
import { hasText, requireSelfContained } from '../svg.ts';
import { misreadTiff } from '../tiff-samples.ts';
import { MAX_INPUT_PIXELS } from './decode-failure.ts';
import { unitFloats } from './float-samples.ts';
import {
  largestWord,
  named,
  type Open,
  rangeText,
  SAMPLES,
  unreadSamples,
  WORD_SPACES,
} from './image-samples.ts';
import { pixelsOf } from './planar-pixels.ts';

/**
 * Maximum size in bytes of a JPEG whose codes are always checked. libvips ignores libjpeg's warnings about the last 8
 * or 16 rows. In a small image, these may be all rows. In a large image, they are a small part, and the check would
 * take longer than decoding.
 */
const SMALL_JPEG = 65_536;

export interface DecodeOptions {
  /**
   * Channels of the result. 4 keeps transparency, and `auto` keeps visible transparency. With other values,
   * transparent parts show the background.
   */
  readonly channels: ChannelChoice;
  /** Colour shown in transparent parts, `[red, green, blue]`, 0..255. */
  readonly background: readonly [number, number, number];
  /** Size of the result; undefined keeps the size of the image. */
  readonly size: ImageSize | undefined;
  /** How an image of a different size is fitted; undefined to refuse such images. */
  readonly fit: Fit | undefined;
  /** Scaling method. Default `lanczos`. */
  readonly kernel?: Kernel | undefined;
  /** Grid of pictures with several images. By default, a picture is one image. */
  readonly atlas?: AtlasGrid | undefined;
}

/**
 * Decodes an image file (PNG, JPEG, WebP, GIF, TIFF, AVIF, SVG) to bytes. The first frame of an animation is used.
 *
 * 1. Harmless faults of a JPEG are repaired; damaged JPEGs are refused. An SVG that needs other files is refused.
 * 2. Samples that do not have 8 or 16 bits are converted by their declared range, or refused.
 * 3. The EXIF orientation is applied.
 * 4. Transparent parts show the background, unless the result has an alpha channel.
 * 5. With `atlas`, the picture is cut into images.
 * 6. With `fit`, each image is fitted to the given size, with premultiplied colours. An SVG is drawn in that size.
 * 7. Colours are converted to sRGB or grey, and 16-bit samples to 8 bits. With an alpha channel, colours are
 *    premultiplied.
 *
 * @param content bytes of the file
 * @param file prefix of every error message
 * @throws DataError `DATA_FORMAT` if the file is damaged, not an image or has unsupported samples; `DATA_EMPTY`;
 *   `DATA_MISMATCH` if the size differs and there is no `fit`; `DATA_LIMIT` if there are more than 2²⁷ pixels
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
  if (kind === 'svg') return decodeSvg(content, file, options);
  if (kind !== 'jpeg') return decode(() => open(content, 'warning'), file, options);
  const { bytes, endless, checkPixels } = repairedJpeg(content, file);
  if (endless || bytes.length <= SMALL_JPEG) checkPixels();
  try {
    return await decode(() => open(bytes, 'warning'), file, options);
  } catch (error) {
    if (!(error instanceof DataError) || error.code !== 'DATA_FORMAT') throw error;
    // libjpeg also warns about faults that do not damage pixels, and stops at the first warning. Check the codes
    // instead.
    checkPixels();
    return decode(() => open(bytes, 'error'), file, options);
  }
}

async function decodeSvg(content: Uint8Array, file: string, options: DecodeOptions): Promise<DecodedImage> {
  if (!/\.svg$/i.test(file))
    throw new DataError(
      'DATA_FORMAT',
      `${file}: is SVG by its content; expected the format of its name. Rename it to .svg.`,
      { file },
    );
  requireSelfContained(content, file);
  // A document in memory has no path, so the renderer cannot resolve references to other files.
  const kernel = isCutting(options.fit) || options.atlas !== undefined ? options.kernel : 'lanczos';
  const decoded = await decode(() => open(content, 'warning'), file, { ...options, kernel });
  return hasText(content) ? { ...decoded, hasText: true } : decoded;
}

async function decode(source: Open, file: string, options: DecodeOptions): Promise<DecodedImage> {
  const { size, fit, atlas } = options;
  const metadata = await named(file, () => source().metadata());
  const { width, height } = metadata.autoOrient;
  const original = { width, height };
  const differs = (image: ImageSize): boolean =>
    size !== undefined && (size.width !== image.width || size.height !== image.height);
  if (fit === undefined && differs(atlas?.cell ?? original))
    throw new DataError('DATA_MISMATCH', `${file} is ${width}x${height}`, { file });

  const samples = SAMPLES[metadata.depth ?? ''];
  if (samples === undefined) throw unreadSamples(file, metadata, await rangeText(source, metadata));
  const deep = samples === 'words' && WORD_SPACES.has(metadata.space);
  const largest16 = deep ? await named(file, () => largestWord(source, metadata)) : undefined;
  const openUpright = async (): Promise<Sharp> =>
    (samples === 'floats' ? await unitFloats(source(), metadata, file) : source()).autoOrient();
  const facts = { largest16, frames: metadata.pages };
  const { raster, channels } = await read(openUpright, file, options, metadata.hasAlpha);
  if (isCut(options)) {
    const { cells, empty } =
      atlas === undefined
        ? (fit === 'seamless' ? cutSeamless : cutTiles)(raster, size ?? original, file)
        : cutAtlas(raster, atlas, file);
    const images = await Promise.all(cells.map(({ image }) => fitted(image, options)));
    const [first = raster] = images;
    return {
      ...pixelsOf(images, channels),
      size: sizeOf(first),
      original: sizeOf(raster),
      cut: 0,
      cells: { names: cells.map(({ column, row }) => `#${column},${row}`), empty },
      ...facts,
    };
  }
  const cut =
    size === undefined || fit === undefined || isCutting(fit)
      ? 0
      : cutShare(original, placement(original, size, fit));
  return { ...pixelsOf([raster], channels), size: sizeOf(raster), original, cut, ...facts };
}

const sizeOf = ({ width, height }: ImageSize): ImageSize => ({ width, height });

/** Returns whether a picture is cut into several images. */
const isCut = ({ atlas, fit, size }: DecodeOptions): boolean =>
  atlas !== undefined || (isCutting(fit) && size !== undefined);

interface ReadRaster {
  readonly raster: Raster;
  /** Channels of the result. */
  readonly channels: Channels;
}

/** Reads the pixels of an upright image, with or without transparency. Scales it unless it is cut into images. */
async function read(
  openUpright: () => Promise<Sharp>,
  file: string,
  options: DecodeOptions,
  hasAlpha: boolean,
): Promise<ReadRaster> {
  const { channels, background, size, fit, kernel = 'lanczos' } = options;
  const rasterOf = async (image: Sharp, space: 'srgb' | 'b-w', expected: Channels): Promise<Raster> => {
    // The decoder itself scales with Lanczos. The other kernels are applied to decoded pixels.
    const byDecoder = kernel === 'lanczos' && !isCut(options);
    const scaled =
      byDecoder && size !== undefined && fit !== undefined && !isCutting(fit)
        ? image.resize(size.width, size.height, resizeOptions(fit, background, expected))
        : image;
    const { data, info } = await named(file, () =>
      scaled.toColourspace(space).raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true }),
    );
    if (info.channels !== expected)
      throw new DataError(
        'DATA_FORMAT',
        `${file}: decodes to ${plural(info.channels, 'channel')}; expected ${expected}. Convert the image.`,
        { file },
      );
    const raster: Raster = { data, width: info.width, height: info.height, channels: expected };
    return isCut(options) ? raster : fitted(raster, options);
  };
  if (hasAlpha && (channels === 4 || channels === 'auto')) {
    const raster = await rasterOf(await openUpright(), 'srgb', 4);
    if (channels === 4 || isTransparent(raster.data)) return { raster, channels: 4 };
  }
  const [r, g, b] = background;
  const flat = (await openUpright()).flatten({ background: { r, g, b } });
  const raster = await rasterOf(flat, channels === 1 ? 'b-w' : 'srgb', channels === 1 ? 1 : 3);
  return { raster, channels: channels === 'auto' ? 3 : channels };
}

function resizeOptions(
  fit: ScalingFit,
  [r, g, b]: DecodeOptions['background'],
  channels: Raster['channels'],
): ResizeOptions {
  const names = { cover: 'cover', contain: 'contain', stretch: 'fill' } as const;
  const background = channels === 4 ? { r: 0, g: 0, b: 0, alpha: 0 } : { r, g, b };
  return { fit: names[fit], position: 'centre', kernel: 'lanczos3', background };
}

/** Scales decoded pixels to the chosen size. */
async function fitted(image: Raster, options: DecodeOptions): Promise<Raster> {
  const { size, fit, kernel = 'lanczos', background } = options;
  if (size === undefined || fit === undefined || isCutting(fit)) return image;
  if (size.width === image.width && size.height === image.height) return image;
  const { channels } = image;
  if (kernel !== 'lanczos') return fitRaster(image, size, fit, kernel, barsOf(background, channels));
  const { data, info } = await sharp(image.data, { raw: image })
    .resize(size.width, size.height, resizeOptions(fit, background, channels))
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, channels, data };
}

/** Returns the channel values of the bars, which are transparent or show the background. */
function barsOf(background: DecodeOptions['background'], channels: Raster['channels']): readonly number[] {
  if (channels === 4) return [0, 0, 0, 0];
  return channels === 3 ? background : [...planarOf(Uint8ClampedArray.of(...background, 255), 1)];
}

/**
 * Opens an image. Both levels of `failOn` refuse a truncated file, which would otherwise become half grey. `warning`
 * also refuses lesser faults.
 */
function open(bytes: Uint8Array, failOn: 'warning' | 'error'): Sharp {
  return sharp(bytes, { failOn, limitInputPixels: MAX_INPUT_PIXELS });
}
