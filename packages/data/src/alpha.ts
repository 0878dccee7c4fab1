/**
 * Images with an alpha channel are stored premultiplied: red, green and blue are multiplied by alpha, so a
 * transparent pixel is 0 in all four channels. Otherwise a network would have to learn invisible colours. Blurring or
 * scaling would also mix invisible colours into visible pixels. Source: Porter & Duff 1984, "Compositing Digital
 * Images".
 */

/**
 * Smallest alpha that counts as opaque. At this value, less than 2 % of the background shows through. Some programs
 * write 254 for opaque pixels.
 */
const OPAQUE = 250;

/**
 * Converts straight RGBA to premultiplied planes: `round(colour·alpha / 255)`. Ties do not occur, because 255 is odd.
 *
 * @param rgba `[H, W, 4]`, 0..255
 * @returns `[4, H, W]`: red, green and blue, each at most alpha, and alpha
 */
export function premultiply(rgba: ArrayLike<number>): Uint8Array {
  const pixels = rgba.length / 4;
  const planar = new Uint8Array(rgba.length);
  for (let i = 0; i < pixels; i++) {
    const alpha = rgba[4 * i + 3] as number;
    for (let c = 0; c < 3; c++)
      planar[c * pixels + i] = Math.round(((rgba[4 * i + c] as number) * alpha) / 255);
    planar[3 * pixels + i] = alpha;
  }
  return planar;
}

/** Returns whether any pixel is transparent. @param rgba `[H, W, 4]`, 0..255 */
export function isTransparent(rgba: ArrayLike<number>): boolean {
  for (let i = 3; i < rgba.length; i += 4) if ((rgba[i] as number) < OPAQUE) return true;
  return false;
}

/**
 * Adds an alpha channel of 255 to colour images. Multiplication by this alpha does not change the colours.
 *
 * @param pixels `[N, 3, H, W]`
 * @param plane H·W
 * @returns `[N, 4, H, W]`
 */
export function withOpaqueAlpha(pixels: Uint8Array, plane: number): Uint8Array<ArrayBuffer> {
  const count = pixels.length / (3 * plane);
  const widened = new Uint8Array(count * 4 * plane).fill(255);
  for (let n = 0; n < count; n++)
    widened.set(pixels.subarray(n * 3 * plane, (n + 1) * 3 * plane), n * 4 * plane);
  return widened;
}
