import { fillUniforms, permutation } from '@isonoise/random';
import { toPictures } from '../../../packages/cli/src/evaluating/picture-input.ts';
import { addFault } from './faults.ts';
import { type IconPictures, SOURCE_SIDE } from './icon-pictures.ts';

/** Side of the pictures that the classifier takes. */
export const PICTURE_SIDE = 32;

/** How a drawing is made into a picture. */
export interface View {
  readonly isMirrored: boolean;
  /** Angle of a clockwise rotation, in radians. */
  readonly angle: number;
  readonly scale: number;
  /** Shift to the right and down, as a share of the side. */
  readonly shift: readonly [number, number];
  /** Rotation of the hue in radians. */
  readonly hue: number;
  readonly saturation: number;
  readonly lightness: number;
  /** Opaque colour behind the drawing, 0 to 1; null for a transparent picture. */
  readonly background: readonly [number, number, number] | null;
  /** Side at which the picture is drawn, before it is resized to {@link PICTURE_SIDE}. */
  readonly side: number;
}

const WHITE = [1, 1, 1] as const;

/** The view that shows the drawing unchanged, on white. */
export const PLAIN_VIEW: View = {
  isMirrored: false,
  angle: 0,
  scale: 1,
  shift: [0, 0],
  hue: 0,
  saturation: 1,
  lightness: 1,
  background: WHITE,
  side: PICTURE_SIDE,
};

/** Makes a random view. @param u 13 uniform numbers in [0, 1) */
function randomView(u: Float32Array): View {
  const at = (i: number): number => u[i] as number;
  const around = (i: number, reach: number): number => reach * (2 * at(i) - 1);
  const backdrop = at(8);
  return {
    isMirrored: at(0) < 0.5,
    angle: around(1, Math.PI / 15),
    scale: 0.7 * (1.2 / 0.7) ** at(2),
    shift: [around(3, 0.1), around(4, 0.1)],
    hue: around(5, Math.PI / 8),
    saturation: 1 + around(6, 0.25),
    lightness: 1 + around(7, 0.15),
    background: backdrop < 0.4 ? null : backdrop < 0.75 ? WHITE : [at(9), at(10), at(11)],
    side: at(12) < 0.2 ? PICTURE_SIDE / 2 : PICTURE_SIDE,
  };
}

/** Number of random numbers for a picture: those of {@link randomView}, and two for the fault. */
const RANDOM_NUMBERS = 15;

/**
 * Draws a view. Each pixel of the picture is the mean of 2×2 points, at which the drawing is interpolated.
 *
 * @param rgba `[S, S, 4]` of one drawing, 0..255
 * @returns `[4, side, side]` in [−1, 1]: premultiplied colour, and alpha
 */
export function drawView(rgba: Uint8Array, view: View): Float32Array {
  const { side, background } = view;
  const plane = side * side;
  const picture = new Float32Array(4 * plane);
  const colours = colourMatrix(view);
  const [cos, sin] = [Math.cos(view.angle) / view.scale, Math.sin(view.angle) / view.scale];
  const step = SOURCE_SIDE / side;
  const point = new Float64Array(4);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      point.fill(0);
      for (let sub = 0; sub < 4; sub++) {
        // Coordinates around the centre of the picture, in pixels of the drawing.
        const px = (x + 0.25 + 0.5 * (sub & 1)) * step - SOURCE_SIDE / 2 - view.shift[0] * SOURCE_SIDE;
        const py = (y + 0.25 + 0.5 * (sub >> 1)) * step - SOURCE_SIDE / 2 - view.shift[1] * SOURCE_SIDE;
        const turned = cos * px + sin * py;
        addPoint(
          rgba,
          (view.isMirrored ? -turned : turned) + SOURCE_SIDE / 2 - 0.5,
          cos * py - sin * px + SOURCE_SIDE / 2 - 0.5,
          point,
        );
      }
      const alpha = (point[3] as number) / 4;
      const at = y * side + x;
      for (let c = 0; c < 3; c++) {
        const mixed =
          ((colours[3 * c] as number) * (point[0] as number) +
            (colours[3 * c + 1] as number) * (point[1] as number) +
            (colours[3 * c + 2] as number) * (point[2] as number)) /
          4;
        const shown = Math.min(Math.max(mixed, 0), alpha) + (1 - alpha) * (background?.[c] ?? 0);
        picture[c * plane + at] = 2 * shown - 1;
      }
      picture[3 * plane + at] = background === null ? 2 * alpha - 1 : 1;
    }
  }
  return picture;
}

/** Adds the premultiplied colour and alpha at a point, interpolated from four pixels; transparent outside the drawing. */
function addPoint(rgba: Uint8Array, x: number, y: number, sum: Float64Array): void {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  for (let corner = 0; corner < 4; corner++) {
    const [cx, cy] = [left + (corner & 1), top + (corner >> 1)];
    if (cx < 0 || cy < 0 || cx >= SOURCE_SIDE || cy >= SOURCE_SIDE) continue;
    const share = (1 - Math.abs(x - cx)) * (1 - Math.abs(y - cy));
    const at = 4 * (cy * SOURCE_SIDE + cx);
    const weight = (share * (rgba[at + 3] as number)) / 255;
    for (let c = 0; c < 3; c++) sum[c] = (sum[c] as number) + (weight * (rgba[at + c] as number)) / 255;
    sum[3] = (sum[3] as number) + weight;
  }
}

/** Returns the matrix `[3, 3]` that rotates the hue and scales saturation and lightness. */
function colourMatrix({ hue, saturation, lightness }: View): Float64Array {
  const cos = saturation * Math.cos(hue);
  const sin = (saturation * Math.sin(hue)) / Math.sqrt(3);
  return Float64Array.from({ length: 9 }, (_, i) => {
    const [row, column] = [Math.floor(i / 3), i % 3];
    // Rodrigues' formula for a rotation around (1, 1, 1), which does not change grey.
    const cross = row === column ? 0 : (column - row + 3) % 3 === 1 ? -sin : sin;
    return lightness * (1 / 3 + cos * ((row === column ? 1 : 0) - 1 / 3) + cross);
  });
}

/** Resizes a picture: `[4, side, side]` -> `[4, PICTURE_SIDE, PICTURE_SIDE]`. */
export function atPictureSide(picture: Float32Array, side: number): Float32Array {
  const to = { height: PICTURE_SIDE, width: PICTURE_SIDE };
  return toPictures(picture, { channels: 4, height: side, width: side }, to);
}

/**
 * Creates endless batches of random views, in which each epoch shows every icon once. The label of a picture is the
 * thing that it shows, or its fault if it has one. The classes of faults come after the classes of things. A batch
 * depends only on the seed and the step.
 */
export function augmentedBatches(
  { rgba, things, thingNames }: IconPictures,
  icons: Uint32Array,
  { batchSize, seed }: { readonly batchSize: number; readonly seed: number },
): { batch(step: number): { images: Float32Array; labels: Int32Array } } {
  const size = 4 * PICTURE_SIDE * PICTURE_SIDE;
  const source = 4 * SOURCE_SIDE * SOURCE_SIDE;
  let epochOfOrder = -1;
  let order: Uint32Array = new Uint32Array();
  return {
    batch(step) {
      const images = new Float32Array(batchSize * size);
      const labels = new Int32Array(batchSize);
      const numbers = new Float32Array(RANDOM_NUMBERS);
      for (let b = 0; b < batchSize; b++) {
        const drawn = step * batchSize + b;
        const epoch = Math.floor(drawn / icons.length);
        if (epoch !== epochOfOrder) {
          order = permutation(icons.length, { seed, image: 0, step: epoch, purpose: 'dataOrder' });
          epochOfOrder = epoch;
        }
        const icon = icons[order[drawn % icons.length] as number] as number;
        fillUniforms(numbers, { seed, image: icon, step: epoch, purpose: 'flips' });
        const view = randomView(numbers);
        const picture = drawView(rgba.subarray(icon * source, (icon + 1) * source), view);
        const shape = { channels: 4, height: view.side, width: view.side };
        const fault = addFault(picture, shape, {
          chance: numbers[RANDOM_NUMBERS - 2] as number,
          degree: numbers[RANDOM_NUMBERS - 1] as number,
          seed: drawn,
        });
        images.set(atPictureSide(picture, view.side), b * size);
        labels[b] = fault === null ? (things[icon] as number) : thingNames.length + fault;
      }
      return { images, labels };
    },
  };
}
