import { toBytes } from './to-bytes.ts';

/** Shape of one image. */
interface PixelShape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/**
 * Converts images to pixels in the form of a data set. A data set that is read from files of the images has the same
 * pixels: the bytes of {@link toBytes}. With 4 channels, colours above alpha become alpha, because a straight colour
 * cannot exceed 255.
 *
 * @param images `[N, C, H, W]` in [−1, 1]
 * @throws `PICTURE_NON_FINITE` if a value is NaN or infinite
 */
export function toPixels(
  images: Float32Array,
  { channels, height, width }: PixelShape,
): Uint8Array<ArrayBuffer> {
  const bytes = toBytes(images);
  if (channels !== 4) return bytes;
  const plane = height * width;
  for (let first = 0; first < bytes.length; first += 4 * plane)
    for (let i = first; i < first + 3 * plane; i++) {
      const alpha = bytes[first + 3 * plane + ((i - first) % plane)] as number;
      if ((bytes[i] as number) > alpha) bytes[i] = alpha;
    }
  return bytes;
}
