import { plural } from '@isonoise/error';
import type { ImageShape, Level } from '@isonoise/schedule';

/** The pixels of a picture that a run does not change. */
export interface KnownPixels {
  /** The picture, `[B, C, H, W]` in [-1, 1]. */
  readonly image: Float32Array;
  /** 1 where the picture is drawn again, 0 where it is known, `[B, H, W]`. */
  readonly mask: Uint8Array;
}

/**
 * Overwrites the known pixels of images with the pixels of the picture, noised to a level: α picture + σ z (Lugmayr et
 * al. 2022, eq. 8a). At σ = 0, they are the pixels of the picture, bit for bit.
 *
 * @param x `[B, C, H, W]`, written to
 * @param images B
 * @param noise z, `[B, C, H, W]`; not read if σ is 0
 */
export function fillKnown(
  x: Float32Array,
  images: number,
  { image, mask }: KnownPixels,
  { alpha, sigma }: Pick<Level, 'alpha' | 'sigma'>,
  noise: Float32Array,
): void {
  const pixels = mask.length / images;
  const channels = x.length / mask.length;
  for (let b = 0; b < images; b++) {
    for (let p = 0; p < pixels; p++) {
      if (mask[b * pixels + p] !== 0) continue;
      for (let c = 0; c < channels; c++) {
        const i = (b * channels + c) * pixels + p;
        const value = image[i] as number;
        x[i] = sigma === 0 ? value : alpha * value + sigma * (noise[i] as number);
      }
    }
  }
}

/**
 * Finds a problem in a picture and its mask, which may come from a file.
 *
 * @returns the rest of a sentence that begins with the name of the field; null without a problem
 */
export function knownProblem(
  known: unknown,
  { images, shape }: { readonly images: readonly number[]; readonly shape: ImageShape },
): string | null {
  const { image, mask }: { image?: unknown; mask?: unknown } =
    typeof known === 'object' && known !== null ? known : {};
  if (!(image instanceof Float32Array && mask instanceof Uint8Array))
    return 'is missing or incomplete; expected { image, mask }, because the plan has a mask.';
  const pixels = images.length * shape.height * shape.width;
  if (mask.length !== pixels) return `has a mask of ${plural(mask.length, 'pixel')}; expected ${pixels}.`;
  if (image.length !== pixels * shape.channels)
    return `has an image of ${plural(image.length, 'value')}; expected ${pixels * shape.channels}.`;
  if (image.some((value) => !(Math.abs(value) <= 1)))
    return 'has an image with values outside [-1, 1]; expected none.';
  return mask.some((value) => value > 1) ? 'has a mask with values other than 0 and 1; expected none.' : null;
}
