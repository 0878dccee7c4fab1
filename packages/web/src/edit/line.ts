import type { Point } from './layers.ts';

/**
 * Returns the pixels of a line from one pixel to another, both included.
 * Source: Bresenham 1965.
 */
export function line(from: Point, to: Point): readonly Point[] {
  const [dx, dy] = [Math.abs(to.x - from.x), -Math.abs(to.y - from.y)];
  const [sx, sy] = [Math.sign(to.x - from.x), Math.sign(to.y - from.y)];
  let { x, y } = from;
  let error = dx + dy;
  const points: Point[] = [{ x, y }];
  while (x !== to.x || y !== to.y) {
    const twice = 2 * error;
    if (twice >= dy) {
      error += dy;
      x += sx;
    }
    if (twice <= dx) {
      error += dx;
      y += sy;
    }
    points.push({ x, y });
  }
  return points;
}
