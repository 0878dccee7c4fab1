import { countWindows, MARGINS, type Margins, PLAN_LIMITS } from '@isonoise/sampler';
import type { ImageShape } from '@isonoise/schedule';
import { windowsOf } from '../request/canvas-texts.ts';
import { counted } from '../text/format.ts';
import type { Layers, Size } from './layers.ts';

/** Pixels to add at each side of a picture; negative numbers remove pixels. */
export type AllMargins = { readonly [K in keyof Margins]-?: number };

/** Margins as typed. */
export type MarginTexts = { readonly [K in keyof Margins]-?: string };

/** The checked margins, or the errors by side. */
type ReadMargins =
  | { readonly margins: AllMargins }
  | { readonly errors: Readonly<Partial<Record<keyof Margins, string>>> };

/** Margins that are offered first: a quarter of the model's images at each side. */
export function firstMargins({ width, height }: Size): MarginTexts {
  const [across, down] = [String(Math.ceil(width / 4)), String(Math.ceil(height / 4))];
  return { left: across, right: across, top: down, bottom: down };
}

/** Size of a picture with margins. */
const enlargedSize = ({ width, height }: Size, { left, right, top, bottom }: AllMargins): Size => ({
  width: width + left + right,
  height: height + top + bottom,
});

/** Maximum number of pixels of a picture to edit. Each step of the undo history keeps a copy. */
const MOST_PIXELS = 2 ** 20;

/**
 * Checks margins. Errors are worded for the form.
 *
 * @param picture size of the picture before
 * @param image shape of the model's images, the smallest size of a picture
 */
export function readMargins(texts: MarginTexts, picture: Size, image: ImageShape): ReadMargins {
  const read = (name: keyof Margins): number =>
    /^\s*-?\d{1,5}\s*$/.test(texts[name]) ? Number(texts[name]) : Number.NaN;
  const margins = { left: read('left'), right: read('right'), top: read('top'), bottom: read('bottom') };
  const wrong = MARGINS.filter((name) => Number.isNaN(margins[name]));
  if (wrong.length > 0)
    return { errors: Object.fromEntries(wrong.map((name) => [name, 'A whole number of pixels.'])) };
  const { left, right, top, bottom } = margins;
  if (Math.max(left, right, top, bottom) <= 0) return { errors: { left: 'At least one side above 0.' } };
  if (
    -left >= picture.width ||
    -right >= picture.width ||
    -top >= picture.height ||
    -bottom >= picture.height
  )
    return { errors: { left: 'A part of the picture must remain.' } };
  const { width, height } = enlargedSize(picture, margins);
  const least = `At least ${image.width} × ${image.height} pixels must remain, the size of the model’s images.`;
  if (width < image.width) return { errors: { left: least } };
  if (height < image.height) return { errors: { top: least } };
  if (width * height > MOST_PIXELS)
    return {
      errors: { left: `${width} × ${height} pixels exceed the limit of ${counted(MOST_PIXELS)}.` },
    };
  const windows = windowCount({ width, height }, image);
  return windows > PLAN_LIMITS.windows
    ? {
        errors: {
          left: `${counted(windows)} windows; at most ${counted(PLAN_LIMITS.windows)} are possible.`,
        },
      }
    : { margins };
}

/** Returns the number of windows in which a picture is drawn. @param image shape of the model's images */
export function windowCount({ width, height }: Size, image: ImageShape): number {
  if (width === image.width && height === image.height) return 1;
  return countWindows({ shape: { ...image, width, height }, windows: windowsOf({ width, height }, image) });
}

/**
 * Adds margins to a picture, as `pnpm sample --outpaint` does. New pixels are masked and have the colour of the nearest
 * pixel of the picture.
 */
export function enlarge(layers: Layers, margins: AllMargins): Layers {
  const { width, height } = enlargedSize(layers, margins);
  const pixels = new Uint8ClampedArray(4 * width * height);
  const mask = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    const y = row - margins.top;
    const fromY = Math.min(layers.height - 1, Math.max(0, y));
    for (let column = 0; column < width; column++) {
      const x = column - margins.left;
      const fromX = Math.min(layers.width - 1, Math.max(0, x));
      const [to, from] = [row * width + column, fromY * layers.width + fromX];
      pixels.set(layers.pixels.subarray(4 * from, 4 * from + 4), 4 * to);
      mask[to] = x === fromX && y === fromY ? (layers.mask[from] as number) : 1;
    }
  }
  return { ...layers, width, height, pixels, mask };
}
