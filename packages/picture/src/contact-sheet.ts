import { pictureError } from './errors.ts';
import type { ImagesShape, Picture } from './picture.ts';
import { sheetSize } from './sheet-size.ts';
import { toBytes } from './to-bytes.ts';

export interface ContactSheetOptions {
  /** Images per row; default ⌈√N⌉, the squarest sheet. */
  readonly columns?: number | undefined;
  /** Pixels between images and around the sheet, not scaled; default 2. */
  readonly gap?: number | undefined;
  /** Side of the square that each pixel becomes, so that small images stay sharp; integer, default 1. */
  readonly scale?: number | undefined;
  /** Grey of the gaps and of empty cells, 0 to 255; default 0. */
  readonly background?: number | undefined;
}

/**
 * Lays a batch of images out as one picture, row by row from the top left.
 *
 * @param images `[N, C, H, W]` in [−1, 1], C 1 or 3
 * @returns a picture, `columns·(W·scale + gap) + gap` wide and `rows·(H·scale + gap) + gap` high
 * @throws `PICTURE_SHAPE`, `PICTURE_OPTION`, `PICTURE_TOO_LARGE`, `PICTURE_NON_FINITE`
 */
export function contactSheet(
  images: Float32Array,
  shape: ImagesShape,
  options: ContactSheetOptions = {},
): Picture {
  const [count, channels, height, width] = shape;
  const {
    columns,
    gap,
    scale,
    background,
    width: sheetWidth,
    height: sheetHeight,
  } = sheetSize(shape, options);
  requireFilledShape(images, shape);
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

function requireFilledShape(images: Float32Array, shape: ImagesShape): void {
  const size = shape.reduce((product, n) => product * n, 1);
  if (images.length === size) return;
  throw pictureError(
    'PICTURE_SHAPE',
    `contactSheet: ${images.length} values; expected ${size} for shape [${shape.join(', ')}].`,
  );
}
