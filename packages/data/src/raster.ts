import type { ImageSize } from './image-size.ts';
import type { Kernel, Part } from './picture-fit.ts';

/** A decoded image. As in image files, rows run from top to bottom, and the channels of a pixel are adjacent. */
export interface Raster extends ImageSize {
  /**
   * Channels: 1 for grey, 2 for grey and alpha, 3 for colour, 4 for colour and alpha. Colours are not multiplied by
   * alpha.
   */
  readonly channels: 1 | 2 | 3 | 4;
  /** Values, `[H, W, C]`, 0..255. */
  readonly data: Uint8Array;
}

/** The pixels along one axis that form a pixel of the result, and their shares, which sum to 1. */
interface Taps {
  readonly first: number;
  readonly shares: readonly number[];
}

/**
 * Scales a part of an image. It uses only +, −, ×, ÷ and rounding in float64, so the bytes are the same everywhere.
 *
 * - `nearest`: the pixel under the centre of the new pixel
 * - `area`: the mean of the area that the new pixel covers; linear interpolation along an axis that is enlarged. Colours are weighted by
 *   alpha, so that transparent pixels do not tint their neighbours
 *
 * @param from part of the image. Default: the whole image
 */
export function resample(
  image: Raster,
  { width, height }: ImageSize,
  kernel: Exclude<Kernel, 'lanczos'>,
  from: Part = { left: 0, top: 0, width: image.width, height: image.height },
): Raster {
  const taps = kernel === 'nearest' ? nearestTaps : areaTaps;
  const columns = taps(from.left, from.width, width, image.width);
  const rows = taps(from.top, from.height, height, image.height);
  const { channels, data } = image;
  const hasAlpha = channels === 2 || channels === 4;
  const colours = hasAlpha ? channels - 1 : channels;
  const out = new Uint8Array(width * height * channels);
  const sum = new Float64Array(channels);
  for (let y = 0; y < height; y++) {
    const row = rows[y] as Taps;
    for (let x = 0; x < width; x++) {
      const column = columns[x] as Taps;
      sum.fill(0);
      for (const [j, down] of row.shares.entries())
        for (const [i, across] of column.shares.entries()) {
          const at = ((row.first + j) * image.width + column.first + i) * channels;
          const alpha = hasAlpha ? (data[at + colours] as number) : 1;
          for (let c = 0; c < colours; c++)
            sum[c] = (sum[c] as number) + down * across * alpha * (data[at + c] as number);
          if (hasAlpha) sum[colours] = (sum[colours] as number) + down * across * alpha;
        }
      const weight = hasAlpha ? (sum[colours] as number) : 1;
      const to = (y * width + x) * channels;
      for (let c = 0; c < colours; c++)
        out[to + c] = weight === 0 ? 0 : Math.round((sum[c] as number) / weight);
      if (hasAlpha) out[to + colours] = Math.round(weight);
    }
  }
  return { width, height, channels, data: out };
}

/** Returns a copy of a part of an image. The edges of the part must be integers inside the image. */
export function crop(image: Raster, { left, top, width, height }: Part): Raster {
  const { channels, data } = image;
  const out = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    const at = ((top + y) * image.width + left) * channels;
    out.set(data.subarray(at, at + width * channels), y * width * channels);
  }
  return { width, height, channels, data: out };
}

function nearestTaps(start: number, length: number, count: number, limit: number): readonly Taps[] {
  return Array.from({ length: count }, (_, i) => {
    const centre = Math.floor(start + ((i + 0.5) * length) / count);
    return { first: Math.min(limit - 1, Math.max(0, centre)), shares: [1] };
  });
}

function areaTaps(start: number, length: number, count: number, limit: number): readonly Taps[] {
  const step = length / count;
  return Array.from({ length: count }, (_, i) => {
    // When enlarging, average over an interval one source pixel wide around the centre. This is linear interpolation.
    const width = Math.max(1, step);
    const centre = start + (i + 0.5) * step;
    const [low, high] = [Math.max(0, centre - width / 2), Math.min(limit, centre + width / 2)];
    const first = Math.min(limit - 1, Math.floor(low));
    const last = Math.min(limit - 1, Math.max(first, Math.ceil(high) - 1));
    const parts = Array.from(
      { length: last - first + 1 },
      (_unused, k) => Math.min(high, first + k + 1) - Math.max(low, first + k),
    );
    const total = parts.reduce((all, part) => all + part, 0);
    return { first, shares: parts.map((part) => part / total) };
  });
}
