import { applyPalette, type GifColor, quantize } from './gifenc.ts';
import type { Picture } from './picture.ts';

/** Maximum number of colours in a GIF, which stores one byte per pixel. */
const MAX_COLORS = 256;

export interface Indexed {
  /** The palette, with exactly 256 entries. Unused entries are black. */
  readonly palette: readonly GifColor[];
  /** Palette index of each pixel, one `[H, W]` array per frame. */
  readonly frames: readonly Uint8Array[];
}

/**
 * Makes one palette for all frames, so that colours do not flicker. Grey frames, and colour frames with at most 256
 * colours in total, are exact. More colours are quantised by pairwise nearest neighbour clustering over all frames.
 */
export function indexFrames(frames: readonly Picture[]): Indexed {
  if (frames.every((frame) => frame.channels === 1)) {
    const greys = Array.from({ length: MAX_COLORS }, (_, grey): GifColor => [grey, grey, grey]);
    return { palette: greys, frames: frames.map((frame) => frame.data) };
  }
  return indexExactly(frames) ?? indexQuantised(frames);
}

function indexExactly(frames: readonly Picture[]): Indexed | undefined {
  const indexOf = new Map<number, number>(); // 0xRRGGBB -> palette index
  const indexed: Uint8Array[] = [];
  for (const { data } of frames) {
    const index = new Uint8Array(data.length / 3);
    for (let i = 0; i < index.length; i++) {
      const color = (at(data, 3 * i) << 16) | (at(data, 3 * i + 1) << 8) | at(data, 3 * i + 2);
      let found = indexOf.get(color);
      if (found === undefined) {
        if (indexOf.size === MAX_COLORS) return undefined;
        found = indexOf.size;
        indexOf.set(color, found);
      }
      index[i] = found;
    }
    indexed.push(index);
  }
  const colors = [...indexOf.keys()].map((c): GifColor => [c >> 16, (c >> 8) & 255, c & 255]);
  return { palette: padded(colors), frames: indexed };
}

function indexQuantised(frames: readonly Picture[]): Indexed {
  const pixels = frames.map(({ data }) => withAlpha(data)); // [H, W, 3] -> [H, W, 4]
  const all = new Uint8Array(pixels.reduce((total, rgba) => total + rgba.length, 0));
  let offset = 0;
  for (const rgba of pixels) {
    all.set(rgba, offset);
    offset += rgba.length;
  }
  const colors = quantize(all, MAX_COLORS);
  return { palette: padded(colors), frames: pixels.map((rgba) => applyPalette(rgba, colors)) };
}

/**
 * Adds an opaque alpha channel. Each result has its own buffer, because gifenc reads the whole buffer as 32-bit
 * words.
 */
function withAlpha(rgb: Uint8Array): Uint8Array<ArrayBuffer> {
  const rgba = new Uint8Array((rgb.length / 3) * 4).fill(255);
  for (let i = 0; i < rgb.length / 3; i++) rgba.set(rgb.subarray(3 * i, 3 * i + 3), 4 * i);
  return rgba;
}

function padded(colors: readonly GifColor[]): readonly GifColor[] {
  return Array.from({ length: MAX_COLORS }, (_, i): GifColor => colors[i] ?? [0, 0, 0]);
}

function at(bytes: Uint8Array, i: number): number {
  return bytes[i] as number;
}
