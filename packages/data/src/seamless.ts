import type { ImageSize } from './image-size.ts';
import type { Raster } from './raster.ts';

/** Extra length of a part of a picture, as a share of the side of the image that is made from it. */
const OVERLAP = 1 / 4;

/** Returns the size of the part from which {@link closeEdges} makes an image of the given size. */
export function sizeWithOverlap({ width, height }: ImageSize): ImageSize {
  const longer = (side: number): number => side + Math.max(1, Math.round(OVERLAP * side));
  return { width: longer(width), height: longer(height) };
}

/**
 * Makes an image that repeats without a seam from a larger part of a texture. The strip beyond the right edge continues
 * the image. This strip replaces the strip at the left edge, up to the line along which both strips differ least. The
 * lower and upper edges are treated in the same way. Without blending, the image stays as sharp as the texture.
 *
 * Source: the minimum error boundary cut of Efros & Freeman 2001, "Image Quilting for Texture Synthesis and Transfer".
 *
 * @param size size of the image, smaller than the part by at most half of the part
 */
export function closeEdges(part: Raster, size: ImageSize): Raster {
  const wide = closeSides(part, size.width, false);
  return transposed(closeSides(transposed(wide), size.height, true));
}

/**
 * Makes the left and right edges fit together. @param repeats whether the upper and lower edges already fit together
 */
function closeSides(image: Raster, width: number, repeats: boolean): Raster {
  const { channels, height } = image;
  const overlap = image.width - width;
  const cut = bestCut(differences(image, width, overlap), repeats);
  const data = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    const row = y * image.width;
    const from = (start: number, end: number): Uint8Array =>
      image.data.subarray((row + start) * channels, (row + end) * channels);
    const at = cut[y] as number;
    data.set(from(0, width), y * width * channels);
    data.set(from(width, width + at), y * width * channels);
  }
  return { width, height, channels, data };
}

/**
 * Returns the squared differences between the strip at the left edge and the strip beyond the right edge, as rows,
 * `[H][overlap]`.
 */
function differences({ channels, height, width: stride, data }: Raster, width: number, overlap: number) {
  return Array.from({ length: height }, (_, y) =>
    Float64Array.from({ length: overlap }, (__, x) => {
      const [left, right] = [(y * stride + x) * channels, (y * stride + width + x) * channels];
      let sum = 0;
      for (let c = 0; c < channels; c++)
        sum += ((data[left + c] as number) - (data[right + c] as number)) ** 2;
      return sum;
    }),
  );
}

/**
 * Finds the cut with the smallest sum of differences on both of its sides. The cut has one position in each
 * row, from 0 to overlap. The positions in neighbouring rows differ by at most 1. Pixels before the position
 * come from beyond the right edge.
 *
 * @param repeats whether the first row follows the last row
 */
function bestCut(rows: readonly Float64Array[], repeats: boolean): readonly number[] {
  const positions = (rows[0]?.length ?? 0) + 1;
  const costs = rows.map((row) =>
    Float64Array.from({ length: positions }, (_, x) => (row[x - 1] ?? 0) + (row[x] ?? 0)),
  );
  if (!repeats) return cutFrom(costs, null).cut;
  const all = Array.from({ length: positions }, (_, start) => cutFrom(costs, start));
  return all.reduce((best, each) => (each.cost < best.cost ? each : best)).cut;
}

interface Cut {
  readonly cut: readonly number[];
  readonly cost: number;
}

/**
 * Finds the best cut by dynamic programming. @param start position of the cut in the first row, which must be near
 * its position in the last row; null for any position
 */
function cutFrom(costs: readonly Float64Array[], start: number | null): Cut {
  const isFar = (x: number, max: number): boolean => start !== null && Math.abs(x - start) > max;
  const sums = [
    Float64Array.from(costs[0] ?? [], (cost, x) => (isFar(x, 0) ? Number.POSITIVE_INFINITY : cost)),
  ];
  for (const row of costs.slice(1)) {
    const above = sums.at(-1) as Float64Array;
    sums.push(row.map((cost, x) => cost + (above[bestNear(above, x)] as number)));
  }
  const end = sums.at(-1) as Float64Array;
  const allowed = end.map((sum, x) => (isFar(x, 1) ? Number.POSITIVE_INFINITY : sum));
  let x = allowed.indexOf(Math.min(...allowed));
  const cost = allowed[x] as number;
  const cut = [x];
  for (const above of sums.slice(0, -1).reverse()) {
    x = bestNear(above, x);
    cut.unshift(x);
  }
  return { cut, cost };
}

/** Returns the position with the smallest sum among x and its neighbours; x if the sums are equal. */
function bestNear(sums: Float64Array, x: number): number {
  const at = (place: number): number => sums[place] ?? Number.POSITIVE_INFINITY;
  return [x - 1, x + 1].reduce((best, place) => (at(place) < at(best) ? place : best), x);
}

function transposed({ channels, height, width, data }: Raster): Raster {
  const out = new Uint8Array(data.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < channels; c++)
        out[(x * height + y) * channels + c] = data[(y * width + x) * channels + c] as number;
  return { width: height, height: width, channels, data: out };
}
