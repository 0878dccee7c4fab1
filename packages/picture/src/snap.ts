import { pictureError } from './errors.ts';
import type { ImagesShape } from './picture.ts';
import { toPixels } from './to-pixels.ts';

/** A colour with straight channels, 0..255. */
export type PaletteColour = readonly [red: number, green: number, blue: number, alpha: number];

/**
 * Cost of a neighbour with a different colour, in the unit of squared distances per channel for values in 0..1. It
 * decides only between colours that are about equally near, so single pixels, such as eyes, stay.
 */
const OTHER_NEIGHBOUR = 0.004;
/** Alpha below which a pixel counts as faint. A faint pixel without visible neighbours becomes transparent. */
const FAINT = 0.75 * 255;
/** Number of passes over an image after the first choice. Further passes change almost nothing. */
const PASSES = 4;

/**
 * Gives every pixel a colour of a palette, without dithering. Each pixel first gets the nearest colour. In later
 * passes, neighbours with a different colour add a small cost, so that specks between two colours disappear and
 * shapes stay (iterated conditional modes; Besag 1986, "On the Statistical Analysis of Dirty Pictures").
 *
 * With alpha, a faint pixel stays only if a neighbour is visible, as in the hysteresis of edge detectors (Canny 1986,
 * "A Computational Approach to Edge Detection"). Faint specks in a transparent background disappear. Clear single
 * pixels, such as sparks, stay.
 *
 * @param images `[N, C, H, W]` in [−1, 1]; premultiplied if they have 4 channels
 * @returns new images, whose bytes are exactly palette colours
 * @throws `PICTURE_OPTION` if the palette is empty; `PICTURE_NON_FINITE`
 */
export function snapToPalette(
  images: Float32Array,
  [count, channels, height, width]: ImagesShape,
  palette: readonly PaletteColour[],
): Float32Array<ArrayBuffer> {
  if (palette.length === 0)
    throw pictureError('PICTURE_OPTION', 'snapToPalette: the palette has no colours; expected at least one.');
  const bytes = toPixels(images, { channels, height, width });
  const colours = palette.map((colour) => valuesOf(colour, channels));
  const clear = channels === 4 ? colours.findIndex(([, , , alpha]) => alpha === 0) : -1;
  const out = new Float32Array(images.length);
  const size = channels * height * width;
  for (let n = 0; n < count; n++) {
    const image = bytes.subarray(n * size, (n + 1) * size);
    const chosen = chooseColours(image, colours, height, width);
    if (clear >= 0) clearFaintSpecks(image, chosen, colours, clear, height, width);
    for (let c = 0; c < channels; c++)
      for (let i = 0; i < height * width; i++)
        out[n * size + c * height * width + i] = (colours[chosen[i] as number]?.[c] as number) / 127.5 - 1;
  }
  return out;
}

/** Returns the values of a colour in the channels of images. */
function valuesOf([red, green, blue, alpha]: PaletteColour, channels: number): readonly number[] {
  // Luma of ITU-R BT.601. It keeps the value of greys.
  if (channels === 1) return [Math.round(0.299 * red + 0.587 * green + 0.114 * blue)];
  if (channels === 3) return [red, green, blue];
  return [...[red, green, blue].map((value) => Math.round((value * alpha) / 255)), alpha];
}

/** Chooses a colour for each pixel. @returns their indices in the palette */
function chooseColours(
  image: Uint8Array,
  colours: readonly (readonly number[])[],
  height: number,
  width: number,
): Uint16Array {
  const plane = height * width;
  const costs = colours.map((colour) => distances(image, colour, plane));
  const chosen = new Uint16Array(plane);
  const choose = (i: number, penalty: (k: number) => number): boolean => {
    let best = chosen[i] as number;
    let least = (costs[best]?.[i] as number) + penalty(best);
    for (let k = 0; k < colours.length; k++) {
      const cost = (costs[k]?.[i] as number) + penalty(k);
      if (cost < least) [best, least] = [k, cost];
    }
    const isOther = best !== chosen[i];
    chosen[i] = best;
    return isOther;
  };
  for (let i = 0; i < plane; i++) choose(i, () => 0);
  for (let pass = 0; pass < PASSES; pass++) {
    let changed = false;
    for (let i = 0; i < plane; i++) {
      const around = neighbours(i, height, width).map((j) => chosen[j]);
      if (around.every((k) => k === chosen[i])) continue;
      changed = choose(i, (k) => OTHER_NEIGHBOUR * around.filter((other) => other !== k).length) || changed;
    }
    if (!changed) break;
  }
  return chosen;
}

/**
 * Makes faint pixels transparent if none of their eight neighbours is visible. @param clear index of a transparent
 * colour
 */
function clearFaintSpecks(
  image: Uint8Array,
  chosen: Uint16Array,
  colours: readonly (readonly number[])[],
  clear: number,
  height: number,
  width: number,
): void {
  const isVisible = (x: number, y: number): boolean =>
    x >= 0 && x < width && y >= 0 && y < height && colours[chosen[y * width + x] as number]?.[3] !== 0;
  const alphas = image.subarray(3 * height * width);
  for (const [i, alpha] of alphas.entries()) {
    const [x, y] = [i % width, Math.floor(i / width)];
    if (alpha >= FAINT || !isVisible(x, y)) continue;
    const isAlone = !AROUND.some(([dx, dy]) => isVisible(x + dx, y + dy));
    if (isAlone) chosen[i] = clear;
  }
}

/** Offsets of the eight neighbours of a pixel. */
const AROUND = [-1, 0, 1]
  .flatMap((dy) => [-1, 0, 1].map((dx) => [dx, dy] as const))
  .filter(([dx, dy]) => dx !== 0 || dy !== 0);

/** Returns the squared distance of each pixel to a colour, per channel, for values in 0..1. */
function distances(image: Uint8Array, colour: readonly number[], plane: number): Float64Array {
  const out = new Float64Array(plane);
  for (let i = 0; i < plane; i++) {
    let sum = 0;
    for (const [c, value] of colour.entries()) sum += ((image[c * plane + i] as number) - value) ** 2;
    out[i] = sum / colour.length / 255 ** 2;
  }
  return out;
}

function neighbours(i: number, height: number, width: number): readonly number[] {
  const [x, y] = [i % width, Math.floor(i / width)];
  return [
    ...(x > 0 ? [i - 1] : []),
    ...(x < width - 1 ? [i + 1] : []),
    ...(y > 0 ? [i - width] : []),
    ...(y < height - 1 ? [i + width] : []),
  ];
}
