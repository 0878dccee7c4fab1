import type { Point } from './layers.ts';

/** Largest side of a brush in pixels. */
export const MOST_BRUSH = 16;

/**
 * Returns the pixels that a brush covers when it is at a pixel. Brushes of 1 and 2 pixels are squares, larger ones
 * are discs. A brush with an even side reaches one pixel further to the left and to the top.
 *
 * @param side side of the brush in pixels, 1 to {@link MOST_BRUSH}
 */
export function brushPixels({ x, y }: Point, side: number): readonly Point[] {
  const first = -Math.floor(side / 2);
  const centre = (side - 1) / 2;
  const points: Point[] = [];
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const distance = Math.hypot(column - centre, row - centre);
      if (side > 2 && distance > side / 2) continue;
      points.push({ x: x + first + column, y: y + first + row });
    }
  }
  return points;
}
