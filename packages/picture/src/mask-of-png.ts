import type { DecodedPng } from './decode-png.ts';

/**
 * Converts colours to a mask. The mask is 1 for pixels whose mean level on black is at least 128, and otherwise 0.
 *
 * @param planes premultiplied red, green and blue, `[3, H, W]`, 0..255; alpha as a fourth plane is ignored
 * @returns `[H, W]`
 */
export function maskOfPlanes(planes: Uint8Array, pixels: number): Uint8Array<ArrayBuffer> {
  const level = (c: number, i: number): number => planes[c * pixels + i] as number;
  return Uint8Array.from({ length: pixels }, (_, i) =>
    level(0, i) + level(1, i) + level(2, i) >= 3 * 128 ? 1 : 0,
  );
}

/** Converts a decoded PNG to a mask, as {@link maskOfPlanes} does. @returns `[H, W]` */
export function maskOfPng({ width, height, channels, data }: DecodedPng): Uint8Array<ArrayBuffer> {
  const pixels = width * height;
  const hasAlpha = channels === 2 || channels === 4;
  const planes = new Uint8Array(3 * pixels);
  for (let i = 0; i < pixels; i++) {
    const alpha = hasAlpha ? (data[(i + 1) * channels - 1] as number) : 255;
    for (let c = 0; c < 3; c++) {
      const level = data[i * channels + (channels > 2 ? c : 0)] as number;
      planes[c * pixels + i] = Math.round((level * alpha) / 255);
    }
  }
  return maskOfPlanes(planes, pixels);
}
