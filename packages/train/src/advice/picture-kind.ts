import type { Dataset } from '@isonoise/data';

/** Maximum number of examined images. They are evenly spread over the set. */
const MOST_EXAMINED = 200;

/**
 * Counts the colours of a set.
 *
 * @returns the number; null if it is above `most`
 */
export function coloursOf(dataset: Dataset, most: number): number | null {
  const { channels, height, width } = dataset.shape;
  const plane = height * width;
  const colours = new Set<number>();
  for (const start of someImages(dataset)) {
    for (let i = 0; i < plane; i++) {
      let colour = 0;
      for (let c = 0; c < channels; c++)
        colour = colour * 256 + (dataset.pixels[start + c * plane + i] as number);
      colours.add(colour);
    }
    if (colours.size > most) return null;
  }
  return colours.size;
}

/**
 * Finds the factor by which all images are enlarged. In enlarged images, each pixel is repeated in both directions.
 *
 * @returns the factor; 1 if the images are not enlarged
 */
export function repetitionOf(dataset: Dataset): number {
  const { height, width } = dataset.shape;
  // The sides of the reduced images must have at least 8 pixels. Smaller images are too small for the network.
  for (const times of [8, 4, 3, 2])
    if (width % times === 0 && height % times === 0 && Math.min(width, height) / times >= 8)
      if (isRepeated(dataset, times)) return times;
  return 1;
}

function isRepeated(dataset: Dataset, times: number): boolean {
  const { channels, height, width } = dataset.shape;
  const { pixels } = dataset;
  let flat = true;
  for (const start of someImages(dataset)) {
    for (let row = 0; row < channels * height; row++) {
      // The height of each plane is a multiple of `times`, so a block of equal pixels never crosses planes.
      const source = start + (row - (row % times)) * width;
      for (let x = 0; x < width; x++) {
        const expected = pixels[source + x - (x % times)];
        if (pixels[start + row * width + x] !== expected) return false;
        flat &&= expected === pixels[start];
      }
    }
  }
  // Blank images do not count as enlarged.
  return !flat;
}

/** Returns the positions at which the examined images begin. */
function someImages({ count, shape }: Dataset): readonly number[] {
  const values = shape.channels * shape.height * shape.width;
  const examined = Math.min(count, MOST_EXAMINED);
  return Array.from({ length: examined }, (_, i) => Math.floor((i * count) / examined) * values);
}

/**
 * Compares opposite edges of images with their inside. The ratio is the mean difference between the first and the
 * last row or column, divided by the mean difference between neighbouring rows or columns.
 *
 * @returns the ratio; 1 for blank images
 */
export function edgeRatioOf(dataset: Dataset): number {
  const { channels, height, width } = dataset.shape;
  const { pixels } = dataset;
  const sums = { edge: 0, edges: 0, inside: 0, insides: 0 };
  const add = (a: number, b: number, isEdge: boolean): void => {
    const difference = Math.abs((pixels[a] as number) - (pixels[b] as number));
    if (isEdge) [sums.edge, sums.edges] = [sums.edge + difference, sums.edges + 1];
    else [sums.inside, sums.insides] = [sums.inside + difference, sums.insides + 1];
  };
  for (const start of someImages(dataset))
    for (let row = 0; row < channels * height; row++)
      for (let x = 0; x < width; x++) {
        const [at, y] = [start + row * width, row % height];
        add(at + x, at + ((x + 1) % width), x === width - 1);
        add(at + x, y === height - 1 ? at + x - y * width : at + x + width, y === height - 1);
      }
  return sums.inside === 0 ? 1 : sums.edge / sums.edges / (sums.inside / sums.insides);
}
