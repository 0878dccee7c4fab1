import { premultiply } from '@isonoise/data';

/** Position of an image in a larger picture. */
export interface Region {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Picture pixels per image pixel, in each direction. */
  readonly scale: number;
}

/** Pixels of a canvas: `[H, W, 4]`. */
export interface Rgba {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;
}

/** Pixels between the images of a sheet, as in `contactSheet`. */
const GAP = 2;

/**
 * Locates the images of a contact sheet, in order. The list is empty if the picture does not have the size of
 * a contact sheet.
 */
export function sheetRegions(
  sheet: Pick<Rgba, 'width' | 'height'>,
  image: { readonly height: number; readonly width: number },
  scale: number,
): Region[] {
  const cell = { width: image.width * scale + GAP, height: image.height * scale + GAP };
  const columns = (sheet.width - GAP) / cell.width;
  const rows = (sheet.height - GAP) / cell.height;
  if (!Number.isInteger(columns) || !Number.isInteger(rows)) return [];
  return Array.from({ length: rows * columns }, (_, n) => ({
    left: GAP + (n % columns) * cell.width,
    top: GAP + Math.floor(n / columns) * cell.height,
    width: image.width,
    height: image.height,
    scale,
  }));
}

/**
 * Extracts one image from a picture.
 *
 * @param channels 4 for premultiplied colours with alpha, 3 for colours, 1 for grey (luma of ITU-R BT.601)
 * @returns `[C, H, W]` in [-1, 1]
 */
export function imageValues(picture: Rgba, region: Region, channels: number): Float32Array<ArrayBuffer> {
  const { left, top, width, height, scale } = region;
  const values = new Float32Array(channels * height * width);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = 4 * ((top + y * scale) * picture.width + left + x * scale);
      const pixel = picture.data.subarray(from, from + 4);
      const [r = 0, g = 0, b = 0] = pixel;
      const colours = channels === 4 ? premultiply(pixel) : [r, g, b];
      const levels = channels === 1 ? [0.299 * r + 0.587 * g + 0.114 * b] : colours;
      levels.forEach((level, c) => {
        values[(c * height + y) * width + x] = level / 127.5 - 1;
      });
    }
  }
  return values;
}

/**
 * Copies one image from an opaque picture. It is fast enough for whole sheets of large images.
 *
 * @param out receives 8-bit samples, `[C, H, W]`: red alone for 1 channel, else red, green and blue
 */
export function copyRegion(
  picture: Rgba,
  { left, top, width, height, scale }: Region,
  out: Uint8Array,
): void {
  const pixels = width * height;
  const channels = out.length / pixels;
  for (let y = 0; y < height; y++) {
    let from = 4 * ((top + y * scale) * picture.width + left);
    for (let x = 0; x < width; x++, from += 4 * scale)
      for (let c = 0; c < channels; c++) out[c * pixels + y * width + x] = picture.data[from + c] as number;
  }
}
