import { plural } from '@isonoise/error';
import { over, straightColour } from './alpha.ts';
import { type Backdrop, checkerAt } from './backdrop.ts';
import { pictureError } from './errors.ts';
import type { ImagesShape, Picture } from './picture.ts';
import { sheetSize } from './sheet-size.ts';
import { toBytes } from './to-bytes.ts';

export interface ContactSheetOptions {
  /** Images per row. Default ⌈√N⌉, which makes the sheet nearly square. */
  readonly columns?: number | undefined;
  /** Pixels between images and around the sheet, without scaling. Default 2. */
  readonly gap?: number | undefined;
  /** Whole number by which images are enlarged: each pixel becomes a square with this side. Default 1. */
  readonly scale?: number | undefined;
  /**
   * Grey of the gaps and of empty cells, 0 to 255. Default 0. A transparent or coloured backdrop fills them instead.
   */
  readonly background?: number | undefined;
  /** Background of images with alpha. Default: a checkerboard. */
  readonly backdrop?: Backdrop | undefined;
}

/**
 * Lays a batch of images out as one picture, row by row from the top left.
 *
 * @param images `[N, C, H, W]` in [−1, 1], C 1, 3 or 4 (premultiplied colours and alpha)
 * @returns a picture, `columns·(W·scale + gap) + gap` wide and `rows·(H·scale + gap) + gap` high. It has C channels, or
 *   3 for images with alpha over an opaque backdrop
 * @throws `PICTURE_SHAPE`, `PICTURE_OPTION`, `PICTURE_TOO_LARGE`, `PICTURE_NON_FINITE`
 */
export function contactSheet(
  images: Float32Array,
  shape: ImagesShape,
  options: ContactSheetOptions = {},
): Picture {
  const [count, channels, height, width] = shape;
  const { columns, gap, scale, background, backdrop, ...size } = sheetSize(shape, options);
  requireFilledShape(images, shape);
  const bytes = toBytes(images); // [N, C, H, W]
  const plane = height * width;
  const painter = painterOf(channels, backdrop, background);
  const data = new Uint8Array(size.width * size.height * painter.channels);
  const [first = 0] = painter.between;
  if (painter.between.every((value) => value === first)) data.fill(first);
  else for (let i = 0; i < data.length; i++) data[i] = painter.between[i % painter.channels] as number;

  for (let n = 0; n < count; n++) {
    const left = gap + (n % columns) * (width * scale + gap);
    const top = gap + Math.floor(n / columns) * (height * scale + gap);
    const image = n * channels * plane;
    for (let y = 0; y < height * scale; y++) {
      for (let x = 0; x < width * scale; x++) {
        const pixel = image + Math.floor(y / scale) * width + Math.floor(x / scale);
        const to = ((top + y) * size.width + left + x) * painter.channels;
        const alpha = channels === 4 ? (bytes[pixel + 3 * plane] as number) : 255;
        for (let c = 0; c < painter.channels; c++)
          data[to + c] = painter.paint(bytes[pixel + c * plane] as number, alpha, c, x, y);
      }
    }
  }
  return { ...size, channels: painter.channels, data };
}

/** Converts pixels of images to pixels of a sheet. */
interface Painter {
  /** Channels of the sheet. */
  readonly channels: Picture['channels'];
  /** Colour of the gaps and of empty cells. */
  readonly between: readonly number[];
  /**
   * Returns a sample of the sheet.
   *
   * @param value value of the image in the same channel
   * @param x position in pixels of the sheet from the left edge of the image
   */
  readonly paint: (value: number, alpha: number, channel: number, x: number, y: number) => number;
}

function painterOf(channels: number, backdrop: Backdrop, background: number): Painter {
  if (channels === 1) return { channels, between: [background], paint: (value) => value };
  const greys = [background, background, background];
  if (channels === 3) return { channels, between: greys, paint: (value) => value };
  if (backdrop === 'transparent')
    return {
      channels: 4,
      between: [0, 0, 0, 0],
      paint: (value, alpha, channel) => (channel === 3 ? alpha : straightColour(value, alpha)),
    };
  if (backdrop === 'checkerboard')
    return {
      channels: 3,
      between: greys,
      paint: (value, alpha, _, x, y) => over(value, alpha, checkerAt(x, y)),
    };
  return {
    channels: 3,
    between: backdrop,
    paint: (value, alpha, channel) => over(value, alpha, backdrop[channel] as number),
  };
}

function requireFilledShape(images: Float32Array, shape: ImagesShape): void {
  const size = shape.reduce((product, n) => product * n, 1);
  if (images.length === size) return;
  throw pictureError(
    'PICTURE_SHAPE',
    `contactSheet: ${plural(images.length, 'value')}; expected ${size} for shape [${shape.join(', ')}]. Correct the shape.`,
  );
}
