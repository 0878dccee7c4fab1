import { normalize, planarOf, premultiply } from '@isonoise/data';
import { toBytes } from '@isonoise/picture';
import { toRgba } from '../ui/to-rgba.ts';
import type { Layers, PaintChannels, Size } from './layers.ts';

/** Converts a picture to values for a network, `[C, H, W]` in [-1, 1], as `pnpm sample --init` reads its PNG. */
export function valuesOf({ pixels, channels }: Layers): Float32Array {
  if (channels === 4) return normalize(premultiply(pixels));
  return normalize(planarOf(pixels, channels));
}

/** Converts an image that a network drew, `[C, H, W]` in [-1, 1], to layers without a mask. */
export function layersOf(values: Float32Array, { width, height }: Size, channels: PaintChannels): Layers {
  return layersOfBytes(toBytes(values), { width, height }, channels);
}

/** Converts 8-bit samples `[C, H, W]` to layers without a mask. */
export function layersOfBytes(bytes: Uint8Array, { width, height }: Size, channels: PaintChannels): Layers {
  return { width, height, channels, pixels: toRgba(bytes, channels), mask: new Uint8Array(width * height) };
}
