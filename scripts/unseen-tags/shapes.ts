import type { Dataset } from '@isonoise/data';
import { uniformIntegers } from '@isonoise/random';

export const SIDE = 16;
const KINDS = ['square', 'disc', 'triangle'] as const;
const COLOURS = ['red', 'blue', 'green'] as const;
/** Red, green and blue of each colour. */
const VALUES: { readonly [C in (typeof COLOURS)[number]]: readonly [number, number, number] } = {
  red: [220, 40, 40],
  blue: [40, 60, 220],
  green: [30, 150, 40],
};

/** The shape in a picture. */
export interface Shape {
  readonly kind: (typeof KINDS)[number];
  readonly colour: (typeof COLOURS)[number];
}

/** The pair that no training picture has. */
const isUnseen = ({ kind, colour }: Shape): boolean => kind === 'disc' && colour === 'blue';

/** Returns all pairs of the first n kinds and colours. The last one is the pair that is never seen. @param n 2 or 3 */
export function pairsOf(n: number): readonly Shape[] {
  const pairs = KINDS.slice(0, n).flatMap((kind) => COLOURS.slice(0, n).map((colour) => ({ kind, colour })));
  return [...pairs.filter((pair) => !isUnseen(pair)), ...pairs.filter(isUnseen)];
}

/** Returns the names of the tags. @param n number of kinds and of colours */
export const namesOf = (n: number): readonly string[] => [...KINDS.slice(0, n), ...COLOURS.slice(0, n)];

/** Returns the numbers of the tags of a picture, in ascending order. */
export const tagsOfShape = ({ kind, colour }: Shape, n: number): readonly number[] => [
  KINDS.indexOf(kind),
  n + COLOURS.indexOf(colour),
];

const isInside: { readonly [K in Shape['kind']]: (dx: number, dy: number, radius: number) => boolean } = {
  square: (dx, dy, radius) => Math.max(Math.abs(dx), Math.abs(dy)) <= radius,
  disc: (dx, dy, radius) => dx * dx + dy * dy <= radius * radius,
  triangle: (dx, dy, radius) => Math.abs(dy) <= radius && Math.abs(dx) <= (dy + radius) / 2,
};

/** Draws shapes of random sizes at random places, on white. Every pair occurs except the one that is never seen. */
export function shapes(count: number, n: number): Dataset {
  const pixels = new Uint8Array(count * 3 * SIDE * SIDE).fill(255);
  const offsets = Uint32Array.from({ length: count + 1 }, (_, i) => 2 * i);
  const indices = new Uint16Array(2 * count);
  const seen = pairsOf(n).slice(0, -1);
  for (let i = 0; i < count; i++) {
    const random = uniformIntegers(4, 1 << 20, { seed: 1, image: i, step: 0, purpose: 'dataOrder' });
    const [which = 0, size = 0, across = 0, down = 0] = random;
    const shape = seen[which % seen.length] as Shape;
    const radius = 4 + (size % 3);
    const room = SIDE - 2 * radius;
    const [x, y] = [radius + (across % room), radius + (down % room)];
    for (let row = 0; row < SIDE; row++)
      for (let column = 0; column < SIDE; column++) {
        if (!isInside[shape.kind](column + 0.5 - x, row + 0.5 - y, radius)) continue;
        for (const [c, value] of VALUES[shape.colour].entries())
          pixels[((i * 3 + c) * SIDE + row) * SIDE + column] = value;
      }
    indices.set(tagsOfShape(shape, n), 2 * i);
  }
  return {
    name: 'shapes',
    count,
    shape: { channels: 3, height: SIDE, width: SIDE },
    pixels,
    tags: { names: namesOf(n), offsets, indices },
  };
}

/** Share of the bounding box that a shape fills, by kind. */
const FILLS: { readonly [K in Shape['kind']]: number } = { square: 1, disc: Math.PI / 4, triangle: 0.5 };

/**
 * Classifies a picture by the pixels that are not white. Their mean gives the colour. The share of their bounding box
 * that they fill gives the kind.
 *
 * @param image `[3, H, W]` in [−1, 1]
 * @param n number of kinds and colours that are possible
 * @returns null if the picture is nearly empty or nearly full
 */
export function classify(image: Float32Array, n: number): Shape | null {
  const plane = SIDE * SIDE;
  const sums = [0, 0, 0];
  let count = 0;
  let [left, right, top, bottom] = [SIDE, -1, SIDE, -1];
  for (let i = 0; i < plane; i++) {
    const values = [0, 1, 2].map((c) => image[c * plane + i] as number);
    // White is above 0 in all channels; each colour is below 0 in at least one.
    if (Math.min(...values) > 0) continue;
    const [x, y] = [i % SIDE, Math.floor(i / SIDE)];
    [left, right, top, bottom] = [
      Math.min(left, x),
      Math.max(right, x),
      Math.min(top, y),
      Math.max(bottom, y),
    ];
    count++;
    for (const [c, value] of values.entries()) sums[c] = (sums[c] ?? 0) + value;
  }
  if (count < 15 || count > 200) return null;
  const mean = sums.map((sum) => 127.5 * (sum / count + 1));
  const fill = count / ((right - left + 1) * (bottom - top + 1));
  return {
    kind: nearest(KINDS.slice(0, n), (kind) => Math.abs(FILLS[kind] - fill)),
    colour: nearest(COLOURS.slice(0, n), (colour) =>
      VALUES[colour].reduce((sum, value, c) => sum + (value - (mean[c] ?? 0)) ** 2, 0),
    ),
  };
}

function nearest<T>(all: readonly T[], distance: (each: T) => number): T {
  return all.reduce((best, each) => (distance(each) < distance(best) ? each : best));
}
