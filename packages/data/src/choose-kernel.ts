import type { DecodedImage } from './folder-images.ts';
import type { ImageSize } from './image-size.ts';
import type { Kernel } from './picture-fit.ts';
import { isPixelArt } from './pixel-art.ts';
import type { Raster } from './raster.ts';

/**
 * Maximum number of files to examine, and of images to examine in each file. The files are evenly spread over the
 * set.
 */
const SAMPLE = { files: 16, images: 64 } as const;
/** Minimum share of pixel art among the examined images. */
const MIN_ART_SHARE = 0.9;

export interface ChosenKernel {
  readonly kernel: Kernel;
  /** A note about the choice if images are scaled and the kernel is not `lanczos`. */
  readonly notes: readonly string[];
}

/**
 * Chooses how the images of a set are scaled: `nearest` for pixel art, otherwise `lanczos`.
 *
 * @param decode decodes a file in its original size; returns `photograph` for a file that cannot be pixel art, and
 *   `drawing` for a file without pixels
 * @param size the size to which the images are scaled
 */
export async function chooseKernel(
  files: readonly string[],
  decode: (file: string) => Promise<DecodedImage | 'drawing' | 'photograph'>,
  size: ImageSize,
): Promise<ChosenKernel> {
  const step = Math.max(1, files.length / SAMPLE.files);
  const sample = Array.from(
    { length: Math.min(files.length, SAMPLE.files) },
    (_, i) => files[Math.floor(i * step)],
  );
  let [images, art, isScaled] = [0, 0, false];
  const settled = await Promise.allSettled(
    sample.flatMap((file) => (file === undefined ? [] : [decode(file)])),
  );
  for (const one of settled) {
    // Skip files that cannot be decoded. Reading the set reports them.
    if (one.status === 'rejected' || one.value === 'drawing') continue;
    if (one.value === 'photograph') {
      images++;
      continue;
    }
    for (const raster of rasters(one.value).slice(0, SAMPLE.images)) {
      images++;
      if (isPixelArt(raster)) art++;
      isScaled ||= raster.width !== size.width || raster.height !== size.height;
    }
  }
  if (images === 0 || art < MIN_ART_SHARE * images) return { kernel: 'lanczos', notes: [] };
  const note =
    'the images are pixel art (few colours, hard edges), so they are scaled with --kernel nearest; choose a different kernel with --kernel';
  return { kernel: 'nearest', notes: isScaled ? [note] : [] };
}

/** Separates the images of a file and reorders their values: `[K, C, H, W]` -> K times `[H, W, C]`. */
function rasters({ pixels, size: { width, height }, cells }: DecodedImage): readonly Raster[] {
  const count = cells?.names.length ?? 1;
  const channels = pixels.length / (count * width * height) === 1 ? 1 : 3;
  const plane = width * height;
  return Array.from({ length: count }, (_, k) => {
    const data = new Uint8Array(plane * channels);
    for (let i = 0; i < plane; i++)
      for (let c = 0; c < channels; c++)
        data[i * channels + c] = pixels[(k * channels + c) * plane + i] as number;
    return { width, height, channels, data };
  });
}
