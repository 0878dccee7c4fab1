/**
 * Shrinks an image by a whole factor. Each pixel is the mean of a square of `shrink` × `shrink` pixels, or of
 * the part of the square that is inside the image.
 *
 * @param bytes 8-bit samples, `[C, H, W]`
 * @returns `[C, ⌈H/shrink⌉, ⌈W/shrink⌉]`; `bytes` itself if `shrink` is 1
 */
export function shrinkImage(
  bytes: Uint8Array,
  [channels, height, width]: readonly [channels: number, height: number, width: number],
  shrink: number,
): Uint8Array {
  if (shrink === 1) return bytes;
  const [rows, columns] = [Math.ceil(height / shrink), Math.ceil(width / shrink)];
  const means = new Uint8Array(channels * rows * columns);
  let at = 0;
  for (let plane = 0; plane < channels; plane++) {
    for (let top = 0; top < height; top += shrink) {
      const first = plane * height + top;
      const last = plane * height + Math.min(top + shrink, height);
      for (let left = 0; left < width; left += shrink) {
        const right = Math.min(left + shrink, width);
        let sum = 0;
        for (let line = first; line < last; line++) {
          for (let x = left; x < right; x++) sum += bytes[line * width + x] as number;
        }
        means[at++] = Math.round(sum / ((last - first) * (right - left)));
      }
    }
  }
  return means;
}
