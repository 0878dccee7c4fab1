import { straightRgba } from '@isonoise/picture';

/**
 * Converts one image to the pixel format of a canvas.
 *
 * @param bytes `[C, H, W]`, C = 1 (grey), 3, or 4 (premultiplied colours and alpha)
 * @returns `[H, W, 4]`
 */
export function toRgba(bytes: Uint8Array, channels: number): Uint8ClampedArray<ArrayBuffer> {
  if (channels === 4) return straightRgba(bytes);
  const pixels = bytes.length / channels;
  // Distance between the samples of a pixel; grey has one sample per pixel.
  const plane = channels === 1 ? 0 : pixels;
  const rgba = new Uint8ClampedArray(4 * pixels);
  for (let i = 0; i < pixels; i++) {
    rgba[4 * i] = bytes[i] as number;
    rgba[4 * i + 1] = bytes[i + plane] as number;
    rgba[4 * i + 2] = bytes[i + 2 * plane] as number;
    rgba[4 * i + 3] = 255;
  }
  return rgba;
}
