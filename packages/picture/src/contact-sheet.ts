import type { ImagesShape, Picture } from './picture.ts';
import { PictureError } from './picture-error.ts';
import { toBytes } from './to-bytes.ts';

export interface ContactSheetOptions {
  /** Images in a row; default ⌈√N⌉, the squarest sheet. */
  readonly columns?: number;
  /** Pixels between images and around the sheet, not scaled; default 2. */
  readonly gap?: number;
  /** Each pixel becomes a square of scale × scale, so that small images stay sharp; whole number, default 1. */
  readonly scale?: number;
  /** Grey of the gaps and of empty cells, 0 to 255; default 0. */
  readonly background?: number;
}

/**
 * Lays a batch of images out as one picture, row by row from the top left.
 *
 * @param images `[N, C, H, W]` in [−1, 1], C 1 or 3
 * @returns `columns·(W·scale + gap) + gap` wide and `rows·(H·scale + gap) + gap` high
 * @throws PictureError `BAD_SHAPE`, `BAD_OPTION`, `NON_FINITE_PIXEL`
 */
export function contactSheet(
  images: Float32Array,
  shape: ImagesShape,
  options: ContactSheetOptions = {},
): Picture {
  const [count, channels, height, width] = shape;
  requireShape(images, shape);
  const columns = wholeNumber('columns', options.columns ?? Math.ceil(Math.sqrt(count)), 1);
  const gap = wholeNumber('gap', options.gap ?? 2, 0);
  const scale = wholeNumber('scale', options.scale ?? 1, 1);
  const background = wholeNumber('background', options.background ?? 0, 0, 255);

  const rows = Math.ceil(count / columns);
  const sheetWidth = columns * (width * scale + gap) + gap;
  const sheetHeight = rows * (height * scale + gap) + gap;
  const bytes = toBytes(images); // [N, C, H, W]
  const data = new Uint8Array(sheetWidth * sheetHeight * channels).fill(background);

  for (let n = 0; n < count; n++) {
    const left = gap + (n % columns) * (width * scale + gap);
    const top = gap + Math.floor(n / columns) * (height * scale + gap);
    for (let y = 0; y < height * scale; y++) {
      for (let x = 0; x < width * scale; x++) {
        const pixel = Math.floor(y / scale) * width + Math.floor(x / scale);
        const to = ((top + y) * sheetWidth + left + x) * channels;
        for (let c = 0; c < channels; c++) {
          data[to + c] = bytes[(n * channels + c) * height * width + pixel] as number;
        }
      }
    }
  }
  return { width: sheetWidth, height: sheetHeight, channels: channels === 1 ? 1 : 3, data };
}

function requireShape(images: Float32Array, shape: ImagesShape): void {
  const [, channels] = shape;
  if (!shape.every((size) => Number.isInteger(size) && size > 0) || (channels !== 1 && channels !== 3)) {
    throw new PictureError(
      'BAD_SHAPE',
      `contactSheet: shape is [${shape.join(', ')}]; wanted [N, C, H, W] of whole numbers above 0 with C 1 or 3.`,
    );
  }
  const size = shape.reduce((product, n) => product * n, 1);
  if (images.length !== size) {
    throw new PictureError(
      'BAD_SHAPE',
      `contactSheet: ${images.length} values do not fill shape [${shape.join(', ')}], which holds ${size}.`,
    );
  }
}

function wholeNumber(name: string, value: number, least: number, most = 4096): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new PictureError(
    'BAD_OPTION',
    `contactSheet: ${name} is ${value}; wanted a whole number from ${least} to ${most}.`,
  );
}
