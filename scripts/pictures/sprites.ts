import type { Picture } from '@isonoise/picture';
import { numbersOf } from './random-numbers.ts';

/** Width and height of a sprite. */
export const SPRITE_SIDE = 16;
/** Colours of sprites by name. The outline comes first; the background is transparent. */
export const SPRITE_COLOURS = {
  day: [
    [34, 32, 52],
    [91, 110, 225],
    [217, 87, 99],
    [251, 242, 54],
  ],
  night: [
    [203, 219, 252],
    [63, 63, 116],
    [34, 120, 90],
    [118, 66, 138],
  ],
} as const;

export type SpritePalette = keyof typeof SPRITE_COLOURS;

/** Number of transparent rows and columns on every side. */
const MARGIN = 2;
/** Number of rows of the body; half as many columns belong to its left half. */
const ROWS = SPRITE_SIDE - 2 * MARGIN;
const COLUMNS = ROWS / 2;

/** Whether a pixel of the left half belongs to the body, `[ROWS][COLUMNS]`; the last column is next to the axis. */
type Half = readonly (readonly boolean[])[];

const AROUND = [-1, 0, 1];
const SIDES = [
  [1, 0],
  [-1, 0],
  [0, 1],
  [0, -1],
] as const;

/**
 * Draws a creature that is mirror-symmetric and has at most four colours, an outline, a belly and eyes.
 *
 * Each half is a random mask, smoothed once by the majority of 3 × 3 pixels. Only pixels that are connected with the
 * axis are kept.
 */
export function drawSprite(seed: number, image: number, palette: SpritePalette = 'day'): Picture {
  const next = numbersOf(seed, image, 1000);
  let body = connected(smoothed(randomMask(next)));
  // A body that is too small has no room for eyes.
  while (pixelsOf(body).length < 16) body = connected(smoothed(randomMask(next)));
  const pixels = pixelsOf(body);
  const [top, bottom] = [pixels[0]?.[0] ?? 0, pixels.at(-1)?.[0] ?? 0];
  const belly = Math.floor((top + bottom) / 2) + 1;
  const [main, light, eye] = shuffled([1, 2, 3], next);

  const data = new Uint8Array(SPRITE_SIDE * SPRITE_SIDE * 4);
  const put = (y: number, x: number, colour: number): void => {
    const [row, column] = [MARGIN + y, MARGIN + x];
    for (const at of [column, SPRITE_SIDE - 1 - column])
      data.set([...(SPRITE_COLOURS[palette][colour] ?? []), 255], 4 * (row * SPRITE_SIDE + at));
  };
  for (const [y, x] of pixels) {
    const isEdge = SIDES.some(([dy, dx]) => x + dx < COLUMNS && !isIn(body, y + dy, x + dx));
    put(y, x, isEdge ? 0 : y >= belly && x >= 3 ? (light as number) : (main as number));
  }
  const eyes = pixels.find(([y, x]) => x === COLUMNS - 3 && y >= top + 2) ?? [belly, COLUMNS - 3];
  put(eyes[0], eyes[1], eye as number);
  put(eyes[0], eyes[1] + 1, 0);
  return { width: SPRITE_SIDE, height: SPRITE_SIDE, channels: 4, data };
}

/** Makes a random mask, in which pixels near the axis are more often in the body. */
function randomMask(next: () => number): Half {
  return Array.from({ length: ROWS }, () =>
    Array.from({ length: COLUMNS }, (_, x) => next() < (x > 2 ? 0.75 : 0.5)),
  );
}

function smoothed(half: Half): Half {
  // The first column of the right half mirrors the last column of the left half.
  const at = (y: number, x: number): number => Number(isIn(half, y, Math.min(x, COLUMNS - 1)));
  const sum = (y: number, x: number): number =>
    AROUND.reduce((all, dy) => all + AROUND.reduce((row, dx) => row + at(y + dy, x + dx), 0), 0);
  return half.map((row, y) => row.map((_, x) => sum(y, x) >= 5));
}

/** Keeps the pixels that are connected with the axis. */
function connected(half: Half): Half {
  const kept = half.map((row) => row.map(() => false));
  const todo = half.flatMap((row, y) => (row[COLUMNS - 1] === true ? [[y, COLUMNS - 1] as const] : []));
  for (let place = todo.pop(); place !== undefined; place = todo.pop()) {
    const [y, x] = place;
    if (!isIn(half, y, x) || isIn(kept, y, x)) continue;
    (kept[y] as boolean[])[x] = true;
    for (const [dy, dx] of SIDES) todo.push([y + dy, x + dx]);
  }
  return kept;
}

function pixelsOf(half: Half): readonly (readonly [y: number, x: number])[] {
  return half.flatMap((row, y) => row.flatMap((inside, x) => (inside ? [[y, x] as const] : [])));
}

function isIn(half: Half, y: number, x: number): boolean {
  return half[y]?.[x] === true;
}

function shuffled(values: readonly number[], next: () => number): readonly number[] {
  return values
    .map((value) => [next(), value] as const)
    .sort(([a], [b]) => a - b)
    .map(([, value]) => value);
}
