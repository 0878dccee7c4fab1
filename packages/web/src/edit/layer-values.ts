import { normalize, planarOf, premultiply } from '@isonoise/data';
import { toBytes } from '@isonoise/picture';
import { toRgba } from '../ui/to-rgba.ts';
import type { Layers, PaintChannels, Size } from './layers.ts';

/** The values of a picture as a network takes them, `[C, H, W]` in [-1, 1], as `pnpm sample --init` reads its PNG. */
export function valuesOf({ pixels, channels }: Layers): Float32Array {
  if (channels === 4) return normalize(premultiply(pixels));
  return normalize(planarOf(pixels, channels));
}

/** The layers of an image as a network draws it, `[C, H, W]` in [-1, 1], without a mask. */
export function layersOf(values: Float32Array, { width, height }: Size, channels: PaintChannels): Layers {
  return layersOfBytes(toBytes(values), { width, height }, channels);
}

/** The layers of 8-bit samples `[C, H, W]`, without a mask. */
export function layersOfBytes(bytes: Uint8Array, { width, height }: Size, channels: PaintChannels): Layers {
  return { width, height, channels, pixels: toRgba(bytes, channels), mask: new Uint8Array(width * height) };
}
