import type { DecodedPng } from './decode-png.ts';

/**
 * Converts a decoded PNG to a mask: 1 for pixels that are at least half opaque and whose mean level is at least 128,
 * otherwise 0.
 *
 * @returns `[H, W]`
 */
export function maskOfPng({ width, height, channels, data }: DecodedPng): Uint8Array<ArrayBuffer> {
  const colours = channels > 2 ? 3 : 1;
  const hasAlpha = channels === 2 || channels === 4;
  const mask = new Uint8Array(width * height);
  for (let i = 0; i < mask.length; i++) {
    const level = (c: number): number => data[i * channels + c] as number;
    let sum = 0;
    for (let c = 0; c < colours; c++) sum += level(c);
    const isOpaque = !hasAlpha || level(channels - 1) >= 128;
    mask[i] = isOpaque && sum >= 128 * colours ? 1 : 0;
  }
  return mask;
}
