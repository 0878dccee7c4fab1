import { plural } from '@isonoise/error';
import type { ImageShape } from '@isonoise/schedule';
import { type Condition, conditionWidth, emptyLike } from './condition.ts';
import type { Denoiser } from './denoiser.ts';
import { samplerError } from './errors.ts';
import type { PlannedWindows } from './sampling-plan.ts';
import { windowBegins } from './windows.ts';

/**
 * Maximum number of float32 values in a call, including its rows of tags: 16 MiB. Images with many windows are computed in
 * several calls.
 */
const MOST_VALUES = 2 ** 22;

/**
 * Makes a network for large pictures from one for small pictures (MultiDiffusion, Bar-Tal et al. 2023). It calls the small
 * network on each window. The output for a pixel is the mean of the outputs of all windows that contain it, in float64,
 * rounded once. Because x_0 and ε are linear in the output for given x, this is also the mean of the next images of a
 * sampler. An image does not depend on the other images of its batch.
 *
 * @param denoise the network for images of the size of a window
 * @param shape channels, height and width of the pictures
 * @returns a network for `[B, C, H, W]`; a single window returns the network's own bits
 */
export function windowedNetwork(denoise: Denoiser, shape: ImageShape, windows: PlannedWindows): Denoiser {
  const tops = pixelsAlong(shape.height, windows.height, windows);
  const lefts = pixelsAlong(shape.width, windows.width, windows);
  // Windows are numbered row by row.
  const places = tops.flatMap((rows) => lefts.map((columns) => ({ rows, columns })));
  const overlaps = countOverlaps(tops, lefts, shape);
  const size = shape.channels * windows.height * windows.width;
  return async (x, t, condition) => {
    const images = t.length;
    const width = condition === undefined ? 0 : conditionWidth(condition, images);
    const perCall = Math.max(1, Math.floor(MOST_VALUES / (size + width)));
    const all = images * places.length;
    let sums: Float64Array | undefined;
    for (let from = 0; from < all; from += perCall) {
      const parts = Array.from({ length: Math.min(perCall, all - from) }, (_, k) => ({
        image: Math.floor((from + k) / places.length),
        place: places[(from + k) % places.length] as Place,
      }));
      const output = await denoise(
        cut(x, parts, shape),
        Float32Array.from(parts, ({ image }) => t[image] as number),
        condition && conditionsOf(condition, parts, images),
      );
      if (output.length !== parts.length * size && output.length !== 2 * parts.length * size) {
        throw samplerError(
          'SAMPLER_OUTPUT',
          `windows: the network returned ${plural(output.length, 'value')} for ${plural(parts.length, 'window')}; expected ${parts.length * size}, ` +
            `or ${2 * parts.length * size} with variances.`,
        );
      }
      sums ??= new Float64Array((output.length / (parts.length * size)) * x.length);
      addUp(sums, output, parts, sums.length / images, shape);
    }
    return meanOf(sums ?? new Float64Array(0), overlaps);
  };
}

/** The rows and the columns of an image that a window covers. */
interface Place {
  readonly rows: Int32Array;
  readonly columns: Int32Array;
}

/** A window of an image. */
interface Part {
  readonly image: number;
  readonly place: Place;
}

/** Returns the rows or the columns that each window along a side covers. A tile continues at the other border. */
const pixelsAlong = (length: number, window: number, windows: PlannedWindows): readonly Int32Array[] =>
  windowBegins(length, window, windows).map((begin) =>
    Int32Array.from({ length: window }, (_, i) => (begin + i) % length),
  );

/** Counts the windows that contain each pixel, `[H, W]`. */
function countOverlaps(
  tops: readonly Int32Array[],
  lefts: readonly Int32Array[],
  { height, width }: ImageShape,
): Int32Array {
  const [ofRow, ofColumn] = [countEach(tops, height), countEach(lefts, width)];
  return Int32Array.from(
    { length: height * width },
    (_, i) => (ofRow[Math.floor(i / width)] as number) * (ofColumn[i % width] as number),
  );
}

/** For each number below `length`, counts the lists that contain it. */
function countEach(lists: readonly Int32Array[], length: number): Int32Array {
  const counts = new Int32Array(length);
  for (const list of lists) for (const each of list) counts[each] = (counts[each] as number) + 1;
  return counts;
}

/** @param x `[B, C, H, W]`. @returns the windows, `[parts, C, h, w]` */
function cut(x: Float32Array, parts: readonly Part[], { channels, height, width }: ImageShape): Float32Array {
  const { rows, columns } = parts[0]?.place ?? { rows: [], columns: [] };
  const out = new Float32Array(parts.length * channels * rows.length * columns.length);
  let to = 0;
  for (const { image, place } of parts) {
    for (let c = 0; c < channels; c++) {
      for (const row of place.rows) {
        const begin = ((image * channels + c) * height + row) * width;
        for (const column of place.columns) out[to++] = x[begin + column] as number;
      }
    }
  }
  return out;
}

function conditionsOf(condition: Condition, parts: readonly Part[], images: number): Condition {
  const width = conditionWidth(condition, images);
  const out = emptyLike(condition, parts.length * width);
  for (const [k, { image }] of parts.entries())
    out.set(condition.subarray(image * width, (image + 1) * width), k * width);
  return out;
}

/**
 * Adds the outputs of windows to the sums of their images.
 *
 * @param size number of values of the output for an image
 */
function addUp(
  sums: Float64Array,
  output: Float32Array,
  parts: readonly Part[],
  size: number,
  { height, width }: ImageShape,
): void {
  let from = 0;
  for (const { image, place } of parts) {
    for (let plane = image * size; plane < (image + 1) * size; plane += height * width) {
      for (const row of place.rows) {
        const begin = plane + row * width;
        for (const column of place.columns) {
          const at = begin + column;
          sums[at] = (sums[at] as number) + (output[from++] as number);
        }
      }
    }
  }
}

function meanOf(sums: Float64Array, overlaps: Int32Array): Float32Array {
  const mean = new Float32Array(sums.length);
  for (let i = 0; i < mean.length; i++)
    mean[i] = (sums[i] as number) / (overlaps[i % overlaps.length] as number);
  return mean;
}
