import type { ImageSize } from './image-size.ts';
import { type Raster, resample } from './raster.ts';

/**
 * Ways to fit an image to a size:
 * - `cover`: the image is scaled until it covers the size, then cropped to its middle
 * - `contain`: the image is scaled until it fits into the size, and bars fill the rest
 * - `stretch`: the image is scaled in each direction separately
 * - `tile`: the image is cut into images of this size, without scaling
 * - `seamless`: the image is cut into images of this size that repeat without a seam
 */
export const FITS = ['cover', 'contain', 'stretch', 'tile', 'seamless'] as const;
export type Fit = (typeof FITS)[number];

/** The fits that cut a picture into several images. */
export type CuttingFit = 'tile' | 'seamless';
/** The fits that scale a picture. */
export type ScalingFit = Exclude<Fit, CuttingFit>;

export const isCutting = (fit: Fit | undefined): fit is CuttingFit => fit === 'tile' || fit === 'seamless';

/** The fits of a single picture. */
export const SCALING_FITS: readonly ScalingFit[] = FITS.filter((fit): fit is ScalingFit => !isCutting(fit));

/**
 * Methods of scaling an image:
 * - `nearest`: the nearest pixel, which adds no new colours
 * - `lanczos`: Lanczos 3, which keeps photographs sharpest
 * - `area`: the mean of the covered area, without ringing
 */
export const KERNELS = ['nearest', 'lanczos', 'area'] as const;
export type Kernel = (typeof KERNELS)[number];

/** A part of an image, in pixels. Its edges may be between pixels. */
export interface Part extends ImageSize {
  readonly left: number;
  readonly top: number;
}

/** The visible part of an image, and its position in the result. The rest of the result shows the background. */
export interface Placement {
  readonly from: Part;
  readonly to: Part;
}

/** Returns how an image of one size is placed in a result of a different size. */
export function placement(original: ImageSize, size: ImageSize, fit: ScalingFit): Placement {
  const whole = { left: 0, top: 0 };
  // The sizes of bitmaps and canvases are getters of their prototypes, which a spread does not copy.
  const all = { ...whole, width: original.width, height: original.height };
  if (fit === 'stretch') return { from: all, to: { ...whole, ...size } };
  const [across, down] = [size.width / original.width, size.height / original.height];
  if (fit === 'cover') {
    const scale = Math.max(across, down);
    return {
      from: centred({ width: size.width / scale, height: size.height / scale }, original),
      to: { ...whole, ...size },
    };
  }
  const scale = Math.min(across, down);
  const side = (length: number, max: number): number =>
    Math.min(max, Math.max(1, Math.round(length * scale)));
  const { left, top, ...shown } = centred(
    { width: side(original.width, size.width), height: side(original.height, size.height) },
    size,
  );
  return {
    from: all,
    // Bars have whole pixels; the larger bar is at the bottom or right.
    to: { ...shown, left: Math.floor(left), top: Math.floor(top) },
  };
}

const centred = (part: ImageSize, whole: ImageSize): Part => ({
  ...part,
  left: (whole.width - part.width) / 2,
  top: (whole.height - part.height) / 2,
});

/**
 * Scales an image to a size.
 *
 * @param background value of each channel in the bars, 0..255
 */
export function fitRaster(
  image: Raster,
  size: ImageSize,
  fit: ScalingFit,
  kernel: Exclude<Kernel, 'lanczos'>,
  background: readonly number[],
): Raster {
  const { from, to } = placement(image, size, fit);
  const shown = resample(image, to, kernel, from);
  if (to.width === size.width && to.height === size.height) return shown;
  const { channels } = image;
  const data = new Uint8Array(size.width * size.height * channels);
  for (let i = 0; i < data.length; i++) data[i] = background[i % channels] ?? 0;
  for (let y = 0; y < to.height; y++) {
    const row = shown.data.subarray(y * to.width * channels, (y + 1) * to.width * channels);
    data.set(row, ((to.top + y) * size.width + to.left) * channels);
  }
  return { ...size, channels, data };
}

/** Whether bars surround an image of one size in a result of a different size. */
export function hasBars(original: ImageSize, size: ImageSize, fit: ScalingFit): boolean {
  const { to } = placement(original, size, fit);
  return to.width < size.width || to.height < size.height;
}

/** Returns the invisible share of an image's area, 0..1. */
export function cutShare(original: ImageSize, { from }: Placement): number {
  return 1 - (from.width * from.height) / (original.width * original.height);
}
