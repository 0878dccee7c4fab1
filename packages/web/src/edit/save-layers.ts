import { encodePng } from '@isonoise/picture';
import type { Layers } from './layers.ts';

/** Encodes the picture as a PNG at its own size, for `pnpm sample --init`. */
export function pictureFile({ width, height, channels, pixels }: Layers): Uint8Array<ArrayBuffer> {
  const data = Uint8Array.from(pixels).filter((_, i) => i % 4 < channels || channels === 4);
  return encodePng({ width, height, channels, data });
}

/** Encodes the mask as a PNG, white where the picture is drawn again, for `pnpm sample --mask`. */
export function maskFile({ width, height, mask }: Layers): Uint8Array<ArrayBuffer> {
  return encodePng({ width, height, channels: 1, data: mask.map((value) => 255 * value) });
}
