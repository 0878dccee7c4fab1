import type { Backdrop } from './backdrop.ts';
import type { ImagesShape } from './picture.ts';
import { sheetScale } from './sheet-scale.ts';

/** The layout of samples as a picture. */
export interface SheetLook {
  readonly scale: number;
  readonly gap: number;
  readonly backdrop: Backdrop;
}

/** Pixels between the images of a sheet. */
export const SHEET_GAP = 2;

/**
 * Chooses the layout of samples as a picture. The command line and the page share this rule, so they write the same
 * bytes for the same images. A single image with alpha becomes a picture with the same pixels, ready for use. Other
 * images become an opaque sheet for viewing.
 */
export function sheetLook(
  [count, channels, height, width]: ImagesShape,
  backdrop: Backdrop | undefined = undefined,
): SheetLook {
  return count === 1 && channels === 4 && (backdrop ?? 'transparent') === 'transparent'
    ? { scale: 1, gap: 0, backdrop: 'transparent' }
    : { scale: sheetScale(height, width), gap: SHEET_GAP, backdrop: backdrop ?? 'checkerboard' };
}
