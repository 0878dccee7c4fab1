import type { Dataset } from './dataset.ts';

/** Colours and symmetry of a set. Drawn images can be changed to match both. */
export interface Look {
  /**
   * Colours of all images as `[red, green, blue, alpha]`, not multiplied by alpha, with the most common colour first;
   * null if there are more than 256.
   */
  readonly palette: readonly Rgba[] | null;
  /** Number of colours; {@link MAX_COUNTED_COLOURS} if there are more. */
  readonly colours: number;
  /** Mean difference between an image and its mirror image, for values in [−1, 1]; 0 for symmetric images. */
  readonly asymmetry: number;
}

export type Rgba = readonly [red: number, green: number, blue: number, alpha: number];

/**
 * Maximum number of colours in a palette. Pixel art has fewer. The limit bounds the time, because every pixel is
 * compared with every colour.
 */
export const MAX_PALETTE_COLOURS = 256;

/** Maximum number of counted colours. The limit bounds the time and memory for photographs. */
export const MAX_COUNTED_COLOURS = 65_536;

/** Collects the colours of a set and measures how much its images differ from their mirror images. */
export function lookOf(dataset: Dataset): Look {
  const { channels } = dataset.shape;
  const counts = countColours(dataset);
  if (counts.size > MAX_PALETTE_COLOURS)
    return { palette: null, colours: counts.size, asymmetry: asymmetryOf(dataset) };
  // Order equally common colours by value, so that the palette does not depend on the order of the images.
  const sorted = [...counts].sort(([a, many], [b, more]) => more - many || a - b);
  const palette = sorted.map(([colour]) => straight(colour, channels));
  return { palette, colours: palette.length, asymmetry: asymmetryOf(dataset) };
}

/** Counts the pixels of each colour. Stops at {@link MAX_COUNTED_COLOURS} colours. */
function countColours({ count, shape, pixels }: Dataset): ReadonlyMap<number, number> {
  const { channels } = shape;
  const plane = shape.height * shape.width;
  const counts = new Map<number, number>();
  for (let n = 0; n < count; n++)
    for (let i = 0; i < plane; i++) {
      let colour = 0;
      for (let c = 0; c < channels; c++)
        colour = colour * 256 + (pixels[(n * channels + c) * plane + i] as number);
      counts.set(colour, (counts.get(colour) ?? 0) + 1);
      if (counts.size === MAX_COUNTED_COLOURS) return counts;
    }
  return counts;
}

/** Splits a colour into its channels. With alpha, divides the channels by alpha. */
function straight(colour: number, channels: number): Rgba {
  const at = (place: number): number => Math.floor(colour / 256 ** place) % 256;
  if (channels === 1) return [colour, colour, colour, 255];
  if (channels === 3) return [at(2), at(1), at(0), 255];
  const alpha = at(0);
  const of = (value: number): number => (alpha === 0 ? 0 : Math.min(255, Math.round((255 * value) / alpha)));
  return [of(at(3)), of(at(2)), of(at(1)), alpha];
}

function asymmetryOf({ shape: { width }, pixels }: Dataset): number {
  let sum = 0;
  for (let row = 0; row < pixels.length; row += width)
    for (let x = 0; x < width; x++)
      sum += Math.abs((pixels[row + x] as number) - (pixels[row + width - 1 - x] as number));
  // A byte is 1 / 127.5 of the range.
  return sum / pixels.length / 127.5;
}
