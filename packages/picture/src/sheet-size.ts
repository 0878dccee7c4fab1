import { plural } from '@isonoise/error';
import type { Backdrop } from './backdrop.ts';
import type { ContactSheetOptions } from './contact-sheet.ts';
import { pictureError } from './errors.ts';
import type { ImagesShape } from './picture.ts';
import { requirePictureFits } from './picture-limits.ts';
import { SHEET_GAP } from './sheet-look.ts';

/** Layout of a sheet, with all defaults applied. */
export interface SheetSize extends Readonly<Record<Exclude<keyof ContactSheetOptions, 'backdrop'>, number>> {
  readonly backdrop: Backdrop;
  /** Width in pixels: `columns·(W·scale + gap) + gap`. */
  readonly width: number;
  /** Height in pixels: `rows·(H·scale + gap) + gap`. */
  readonly height: number;
}

/**
 * Computes the layout of a {@link contactSheet} from the shape of its images.
 *
 * @throws `PICTURE_SHAPE`, `PICTURE_OPTION`, `PICTURE_TOO_LARGE`
 */
export function sheetSize(shape: ImagesShape, options: ContactSheetOptions = {}): SheetSize {
  requireShape(shape);
  const [count, , height, width] = shape;
  const columns = wholeNumber('columns', options.columns ?? Math.ceil(Math.sqrt(count)), 1);
  const gap = wholeNumber('gap', options.gap ?? SHEET_GAP, 0);
  const scale = wholeNumber('scale', options.scale ?? 1, 1);
  const background = wholeNumber('background', options.background ?? 0, 0, 255);
  const { backdrop = 'checkerboard' } = options;
  if (typeof backdrop !== 'string') for (const value of backdrop) wholeNumber('backdrop', value, 0, 255);
  const rows = Math.ceil(count / columns);
  const size = {
    width: sideOf(columns, width * scale, gap),
    height: sideOf(rows, height * scale, gap),
  };
  requirePictureFits(
    `contactSheet: ${plural(count, 'image')} of ${width} × ${height} in ${plural(columns, 'column')} at scale ${scale} make`,
    size.width,
    size.height,
  );
  return { columns, gap, scale, background, backdrop, ...size };
}

/**
 * Whether a picture has the size of a {@link contactSheet} of images with this shape and the usual gaps, with any scale
 * and any number of columns.
 *
 * @param size pixels of the picture
 */
export function isSheetSize(
  [count, , height, width]: ImagesShape,
  size: { readonly width: number; readonly height: number },
): boolean {
  for (let columns = 1; sideOf(columns, width, SHEET_GAP) <= size.width; columns++) {
    const scale = ((size.width - SHEET_GAP) / columns - SHEET_GAP) / width;
    const rows = Math.ceil(count / columns);
    if (Number.isInteger(scale) && size.height === sideOf(rows, height * scale, SHEET_GAP)) return true;
  }
  return false;
}

const sideOf = (cells: number, cell: number, gap: number): number => cells * (cell + gap) + gap;

function requireShape(shape: ImagesShape): void {
  const [, channels] = shape;
  if (shape.every((size) => Number.isInteger(size) && size > 0) && [1, 3, 4].includes(channels)) return;
  throw pictureError(
    'PICTURE_SHAPE',
    `contactSheet: shape is [${shape.join(', ')}]; expected [N, C, H, W] of whole numbers above 0 with C 1, 3 or 4.`,
  );
}

function wholeNumber(name: string, value: number, least: number, most = MOST_OPTION): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw pictureError(
    'PICTURE_OPTION',
    `contactSheet: ${name} is ${value}; expected a whole number from ${least} to ${most}.`,
  );
}

/** Maximum of columns, gap and scale. A sheet needs far less. */
const MOST_OPTION = 4096;
