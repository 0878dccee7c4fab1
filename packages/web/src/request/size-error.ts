import { isIsonoiseError } from '@isonoise/error';
import { PICTURE_LIMITS, sheetLook, sheetSize } from '@isonoise/picture';
import type { ImageShape } from '@isonoise/schedule';
import { counted } from '../text/format.ts';

/** Maximum number of images of a request. */
export const MOST_IMAGES = 1024;

/** Maximum number of values of a request's images, which limits the memory of a page. */
const MOST_VALUES = 2 ** 26;

/**
 * Returns why images are too large for a page, or for one sheet; null if they are not. Worded for the form.
 *
 * @param columns images per row of the sheet; undefined for the default
 */
export function sizeError(
  count: number,
  { channels, height, width }: ImageShape,
  columns: number | undefined,
): string | null {
  const values = count * channels * height * width;
  if (values > MOST_VALUES)
    return `${counted(values)} values in all; a page holds at most ${counted(MOST_VALUES)}. Draw fewer or smaller pictures.`;
  const shape = [count, channels, height, width] as const;
  try {
    sheetSize(shape, { ...sheetLook(shape), columns });
    return null;
  } catch (error) {
    if (!isIsonoiseError(error)) throw error;
    const { side, pixels } = PICTURE_LIMITS;
    return `The sheet would be too large; a picture has at most ${counted(side)} pixels a side and ${counted(pixels)} in all.`;
  }
}
