import { checkerAt } from '@isonoise/picture';
import type { Region, Rgba } from '../files/image-values.ts';

/** Largest difference from the checkerboard in a transparent pixel. Networks do not draw alpha 0 exactly. */
const TOLERANCE = 10;

/**
 * Copies one image from the sample sheet of a model with alpha. The sheet shows the images on a checkerboard, so their
 * exact alpha is lost. Pixels like the checkerboard become transparent, and all others opaque.
 */
export function clearCheckers(sheet: Rgba, { left, top, width, height, scale }: Region): Rgba {
  const data = new Uint8ClampedArray(4 * width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const from = 4 * ((top + y * scale) * sheet.width + left + x * scale);
      const colour = sheet.data.subarray(from, from + 3);
      const grey = checkerAt(x * scale, y * scale);
      const isClear = colour.every((level) => Math.abs(level - grey) <= TOLERANCE);
      if (!isClear) data.set([...colour, 255], 4 * (y * width + x));
    }
  return { width, height, data };
}
