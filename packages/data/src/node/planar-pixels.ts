import { premultiply, withOpaqueAlpha } from '../alpha.ts';
import type { Channels, ImagePixels } from '../pixel-store.ts';
import type { Raster } from '../raster.ts';

/** Joins images and reorders their values: `K` times `[H, W, C]` -> `[K, C', H, W]`. */
export function pixelsOf(images: readonly Raster[], channels: Channels): ImagePixels {
  const parts = images.map((image) => {
    if (image.channels === 4) return premultiply(image.data);
    const pixels = planar(image.data, image.channels);
    return channels === 4 ? withOpaqueAlpha(pixels, image.width * image.height) : pixels;
  });
  const [first = new Uint8Array()] = parts;
  if (parts.length === 1) return { pixels: first, channels };
  const pixels = new Uint8Array(parts.length * first.length);
  for (const [i, part] of parts.entries()) pixels.set(part, i * first.length);
  return { pixels, channels };
}

/** Separates the channels of an image, `[H, W, C] -> [C, H, W]`. */
function planar(data: Uint8Array, channels: number): Uint8Array {
  const plane = data.length / channels;
  const out = new Uint8Array(data.length);
  for (let c = 0; c < channels; c++)
    for (let i = 0; i < plane; i++) out[c * plane + i] = data[i * channels + c] as number;
  return out;
}
