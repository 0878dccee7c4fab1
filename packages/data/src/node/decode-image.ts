import sharp, { type Sharp } from 'sharp';
import { DataError } from '../errors.ts';

/** Width times height of one file. Stops a few kilobytes that decode to gigabytes. */
const MAX_INPUT_PIXELS = 2 ** 27;

export interface DecodeOptions {
  readonly channels: 1 | 3;
  /** `[red, green, blue]`, 0..255, seen through transparent parts. */
  readonly background: readonly [number, number, number];
  /** Side of the square result; undefined keeps the file's own size. */
  readonly size?: number;
}

/** Width and height as a viewer shows it, its EXIF orientation applied. Of an animation, the first frame. */
export async function imageSize(file: string): Promise<{ readonly width: number; readonly height: number }> {
  const { autoOrient } = await named(file, () => open(file).metadata());
  return { width: autoOrient.width, height: autoOrient.height };
}

/**
 * One image file (PNG, JPEG, WebP, GIF, TIFF) as bytes.
 *
 * 1. EXIF orientation applied. 2. Transparency laid on the background. 3. With `size`: scaled, keeping its shape, until
 * it covers the square (Lanczos 3), and cut to the middle. 4. sRGB, or its grey; 16 bits become 8.
 *
 * @returns `[C, H, W]`, 0..255.
 * @throws DataError `DATA_FORMAT` naming the file where it is corrupt, cut off or no image.
 */
export async function decodeImage(file: string, options: DecodeOptions): Promise<Uint8Array> {
  const { channels, size } = options;
  const [r, g, b] = options.background;
  let image = open(file).autoOrient().flatten({ background: { r, g, b } });
  if (size !== undefined)
    image = image.resize(size, size, { fit: 'cover', position: 'centre', kernel: 'lanczos3' });
  image = channels === 1 ? image.toColourspace('b-w') : image.toColourspace('srgb');
  const { data, info } = await named(file, () =>
    image.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true }),
  );
  if (info.channels !== channels)
    throw new DataError('DATA_FORMAT', `${file}: decodes to ${info.channels} channels, want ${channels}`, {
      file,
    });
  return planar(data, channels);
}

/** `failOn: 'warning'` (the strictest that real files pass) makes a cut-off file an error, not a half-grey image. */
function open(file: string): Sharp {
  return sharp(file, { failOn: 'warning', limitInputPixels: MAX_INPUT_PIXELS });
}

async function named<T>(file: string, decode: () => Promise<T>): Promise<T> {
  try {
    return await decode();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DataError(
      'DATA_FORMAT',
      `${file}: cannot be decoded (${reason.trim()}): corrupt, cut off or no image`,
      {
        file,
        cause,
      },
    );
  }
}

/** `[H, W, C] -> [C, H, W]`. */
function planar(data: Uint8Array, channels: number): Uint8Array {
  if (channels === 1) return data;
  const plane = data.length / channels;
  const out = new Uint8Array(data.length);
  for (let c = 0; c < channels; c++)
    for (let i = 0; i < plane; i++) out[c * plane + i] = data[i * channels + c] as number;
  return out;
}
