import { type Dataset, lookOf } from '@isonoise/data';

/** Images that are measured, as bytes. Colours are premultiplied if there are 4 channels. */
export type Pictures = Pick<Dataset, 'name' | 'count' | 'shape' | 'pixels'>;

/** Measures of how similar drawn images are to the sprites of the training. */
export interface SpriteMeasures {
  /** Shares of images, 0 to 1. */
  readonly share: {
    /** Every pixel has a colour of the training images. */
    readonly palette: number;
    /** Every alpha is 0 or 255. */
    readonly alpha: number;
    /** Every pixel of the outermost rows and columns is transparent. */
    readonly border: number;
    /** Every visible pixel has a visible pixel among its eight neighbours, so the sprite has no specks. */
    readonly whole: number;
    /** All four properties. */
    readonly all: number;
  };
  /** Mean difference between an image and its mirror image, of values in [−1, 1]. */
  readonly asymmetry: number;
  /** Number of images that differ from a training image in at most {@link COPY_PIXELS} of their pixels. */
  readonly copies: number;
  /** Median share of pixels that differ from the nearest training image. */
  readonly distance: number;
}

/** Largest share of pixels in which a copy differs: 5 of 16 × 16 pixels. */
const COPY_PIXELS = 0.02;

/** Measures drawn images with alpha. @param training training images of the same shape */
export function measureSprites(drawn: Pictures, training: Pictures): SpriteMeasures {
  const [images, known] = [coloursOf(drawn), coloursOf(training)];
  const palette = new Set(known.flatMap((image) => [...image]));
  const border = borderOf(drawn.shape);
  const alphaOf = (colour: number): number => colour % 256;
  const kept = images.map((image) => ({
    palette: image.every((colour) => palette.has(colour)),
    alpha: image.every((colour) => alphaOf(colour) === 0 || alphaOf(colour) === 255),
    border: border.every((i) => alphaOf(image[i] as number) === 0),
    whole: isWhole(image, drawn.shape.width),
  }));
  const share = (holds: (each: (typeof kept)[number]) => boolean): number =>
    kept.filter(holds).length / kept.length;
  const distances = images.map((image) => Math.min(...known.map((other) => differing(image, other))));
  return {
    share: {
      palette: share((each) => each.palette),
      alpha: share((each) => each.alpha),
      border: share((each) => each.border),
      whole: share((each) => each.whole),
      all: share((each) => each.palette && each.alpha && each.border && each.whole),
    },
    asymmetry: lookOf(drawn).asymmetry,
    copies: distances.filter((distance) => distance <= COPY_PIXELS).length,
    distance: distances.toSorted((a, b) => a - b)[distances.length >> 1] ?? Number.NaN,
  };
}

/** Returns the colour of each pixel of each image as one number, whose lowest byte is alpha. */
function coloursOf({ count, shape: { channels, height, width }, pixels }: Pictures): readonly Float64Array[] {
  const plane = height * width;
  return Array.from({ length: count }, (_, n) =>
    Float64Array.from({ length: plane }, (__, i) => {
      let colour = 0;
      for (let c = 0; c < channels; c++)
        colour = colour * 256 + (pixels[(n * channels + c) * plane + i] as number);
      return colour;
    }),
  );
}

/** Returns the indices of the outermost pixels. */
function borderOf({ height, width }: Dataset['shape']): readonly number[] {
  return Array.from({ length: height * width }, (_, i) => i).filter((i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return x === 0 || y === 0 || x === width - 1 || y === height - 1;
  });
}

/** Returns whether every visible pixel has a visible neighbour. */
function isWhole(image: Float64Array, width: number): boolean {
  const isVisible = (x: number, y: number): boolean =>
    x >= 0 && x < width && (image[y * width + x] ?? 0) % 256 > 0;
  const around = [-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => [dx, dy] as const));
  return image.every((_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return !isVisible(x, y) || around.filter(([dx, dy]) => isVisible(x + dx, y + dy)).length > 1;
  });
}

/** Returns the share of pixels that differ. */
function differing(a: Float64Array, b: Float64Array): number {
  let different = 0;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) different++;
  return different / a.length;
}
