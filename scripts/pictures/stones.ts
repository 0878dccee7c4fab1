import type { Picture } from '@isonoise/picture';
import { numbersOf } from './random-numbers.ts';

/** Mean distance between neighbouring stones, in pixels. */
const SPACING = 12;
/** Width of the joints in pixels. */
const JOINT = 1.6;
const JOINT_COLOUR = [58, 52, 46] as const;
/** Darkest and lightest colour of a stone. */
const DARK = [104, 98, 94] as const;
const LIGHT = [176, 156, 128] as const;
/** Largest random change of a pixel's brightness. */
const GRAIN = 8;

interface Stone {
  readonly x: number;
  readonly y: number;
  /** Colour of the stone, from 0 (dark) to 1 (light). */
  readonly tone: number;
}

/**
 * Draws a wall of stones that repeats without a seam in both directions. Each pixel belongs to the stone whose centre
 * is nearest. Joints are where two centres are about equally near (Worley 1996, "A cellular texture basis function").
 *
 * @param side width and height in pixels
 */
export function drawStones(side: number, seed: number): Picture {
  // The number of rows is even, so that moved and unmoved rows also alternate across the edge.
  const across = Math.max(4, 2 * Math.round(side / SPACING / 2));
  const cell = side / across;
  const next = numbersOf(seed, 0, 3 * across * across + side * side);
  const stones = Array.from({ length: across * across }, (_, i): Stone => {
    const [column, row] = [i % across, Math.floor(i / across)];
    // Every second row is moved by half a stone.
    return {
      x: (column + (row % 2) / 2 + 0.1 + 0.8 * next()) * cell,
      y: (row + 0.1 + 0.8 * next()) * cell,
      tone: next(),
    };
  });
  const data = new Uint8Array(3 * side * side);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const { stone, joint, depth } = nearestStone(stones, across, x, y, side);
      // Stones are darker at their lower edges, as in light from above.
      const shade = 1 - 0.25 * Math.max(0, depth / cell);
      const grain = GRAIN * (2 * next() - 1);
      for (const c of [0, 1, 2]) {
        const [dark = 0, light = 0, between = 0] = [DARK[c], LIGHT[c], JOINT_COLOUR[c]];
        const own = (dark + (light - dark) * stone.tone) * shade + grain;
        const share = Math.min(1, Math.max(0, joint / JOINT));
        data[3 * (y * side + x) + c] = Math.max(
          0,
          Math.min(255, Math.round(between + (own - between) * share)),
        );
      }
    }
  return { width: side, height: side, channels: 3, data };
}

/**
 * Finds the stone nearest to a pixel.
 *
 * @returns the stone; half the difference between the distances to the two nearest stones (`joint`); and how far the
 *   pixel is below the centre of the stone (`depth`)
 */
function nearestStone(
  stones: readonly Stone[],
  across: number,
  x: number,
  y: number,
  side: number,
): { readonly stone: Stone; readonly joint: number; readonly depth: number } {
  const cell = side / across;
  const [column, row] = [Math.floor(x / cell), Math.floor(y / cell)];
  let [first, second, depth] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0];
  let nearest = stones[0] as Stone;
  for (let dy = -2; dy <= 2; dy++)
    for (let dx = -2; dx <= 2; dx++) {
      const at = wrapped(row + dy, across) * across + wrapped(column + dx, across);
      const stone = stones[at] as Stone;
      const [right, down] = [shortest(x - stone.x, side), shortest(y - stone.y, side)];
      const distance = Math.hypot(right, down);
      if (distance < first) [second, first, nearest, depth] = [first, distance, stone, down];
      else second = Math.min(second, distance);
    }
  return { stone: nearest, joint: (second - first) / 2, depth };
}

function wrapped(value: number, length: number): number {
  return ((value % length) + length) % length;
}

/** Adds a multiple of the side to a difference, so that its absolute value is smallest. */
function shortest(difference: number, side: number): number {
  return difference - side * Math.round(difference / side);
}
