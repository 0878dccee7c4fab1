import type { ImageShape } from '@isonoise/schedule';
import { type Condition, conditionWidth, emptyLike } from './condition.ts';
import type { Denoiser } from './denoiser.ts';
import { samplerError } from './errors.ts';
import type { PlannedWindows } from './sampling-plan.ts';
import { type Corner, windowCorners } from './windows.ts';

/**
 * Maximum number of float32 values of a call, with its rows of tags, 16 MiB: images with many windows are computed in several
 * calls.
 */
const MOST_VALUES = 2 ** 22;

/**
 * Makes a network for large pictures from one for small pictures (MultiDiffusion, Bar-Tal et al. 2023). It calls the small
 * network on each window. The output for a pixel is the mean of the outputs of all windows that contain it, in float64,
 * rounded once. Because x_0 and ε are linear in the output for given x, this is also the mean of the next images of a
 * sampler. An image does not depend on the others of its batch.
 *
 * @param denoise the network for images of the size of a window
 * @param shape that of the pictures
 * @returns a network for `[B, C, H, W]`; a single window returns the network's own bits
 */
export function windowedNetwork(denoise: Denoiser, shape: ImageShape, windows: PlannedWindows): Denoiser {
  const corners = windowCorners(shape, windows);
  const overlaps = countOverlaps(corners, shape, windows);
  const size = shape.channels * windows.height * windows.width;
  return async (x, t, condition) => {
    const images = t.length;
    const width = condition === undefined ? 0 : conditionWidth(condition, images);
    const perCall = Math.max(1, Math.floor(MOST_VALUES / (size + width)));
    const all = images * corners.length;
    let sums: Float64Array | undefined;
    for (let from = 0; from < all; from += perCall) {
      const parts = Array.from({ length: Math.min(perCall, all - from) }, (_, k) => ({
        image: Math.floor((from + k) / corners.length),
        place: pixelsOf(corners[(from + k) % corners.length] as Corner, shape, windows),
      }));
      const output = await denoise(
        cut(x, parts, shape.channels, x.length / images),
        Float32Array.from(parts, ({ image }) => t[image] as number),
        condition && conditionsOf(condition, parts, images),
      );
      if (output.length !== parts.length * size && output.length !== 2 * parts.length * size) {
        throw samplerError(
          'SAMPLER_OUTPUT',
          `windows: the network returned ${output.length} values for ${parts.length} windows; expected ${parts.length * size}, ` +
            `or ${2 * parts.length * size} with variances.`,
        );
      }
      sums ??= new Float64Array((output.length / (parts.length * size)) * x.length);
      addUp(sums, output, parts, sums.length / images, overlaps.length);
    }
    return meanOf(sums ?? new Float64Array(0), overlaps);
  };
}

/** A window of an image. */
interface Part {
  readonly image: number;
  /** The index of each pixel of the window in a channel of the image, `[h, w]`. */
  readonly place: Int32Array;
}

function pixelsOf({ top, left }: Corner, { height, width }: ImageShape, windows: PlannedWindows): Int32Array {
  return Int32Array.from({ length: windows.height * windows.width }, (_, i) => {
    const row = (top + Math.floor(i / windows.width)) % height;
    return row * width + ((left + (i % windows.width)) % width);
  });
}

/** Number of windows that contain each pixel, `[H, W]`. */
function countOverlaps(corners: readonly Corner[], shape: ImageShape, windows: PlannedWindows): Int32Array {
  const counts = new Int32Array(shape.height * shape.width);
  for (const corner of corners)
    for (const pixel of pixelsOf(corner, shape, windows)) counts[pixel] = (counts[pixel] as number) + 1;
  return counts;
}

/** @param size number of values of an image. @returns the windows, `[parts, C, h, w]` */
function cut(x: Float32Array, parts: readonly Part[], channels: number, size: number): Float32Array {
  const pixels = parts[0]?.place.length ?? 0;
  const out = new Float32Array(parts.length * channels * pixels);
  let to = 0;
  for (const { image, place } of parts) {
    for (let c = 0; c < channels; c++) {
      const begin = image * size + (c * size) / channels;
      for (let i = 0; i < pixels; i++) out[to++] = x[begin + (place[i] as number)] as number;
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
 * @param pixels number of pixels of an image
 */
function addUp(
  sums: Float64Array,
  output: Float32Array,
  parts: readonly Part[],
  size: number,
  pixels: number,
): void {
  let from = 0;
  for (const { image, place } of parts) {
    for (let begin = image * size; begin < (image + 1) * size; begin += pixels) {
      for (let i = 0; i < place.length; i++) {
        const at = begin + (place[i] as number);
        sums[at] = (sums[at] as number) + (output[from++] as number);
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
