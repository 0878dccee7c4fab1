import type { Pictures } from './sprite-measures.ts';

/** Comparison of the edges of repeated images with their insides. */
export interface SeamMeasures {
  /**
   * Difference across an edge of a repeated image ÷ mean difference between other neighbouring rows or columns; mean of
   * all edges.
   */
  readonly ratio: number;
  /** The same ratio, but compared only with rows and columns whose distance from the edge is a multiple of `period`. */
  readonly ratioAtPeriod: number;
  /** Mean share of the rows and columns inside an image that differ less than its edge; about 0.5 without seams. */
  readonly rank: number;
  /** Share of edges that differ more than 95 % of the rows or columns inside; about 0.05 without seams. */
  readonly visible: number;
}

/** Measures the edges of repeated images. @param period smallest shift of an input that shifts the output equally */
export function measureSeams({ count, shape, pixels }: Pictures, period: number): SeamMeasures {
  const { channels, height, width } = shape;
  const size = channels * height * width;
  const [ratios, periodic, ranks]: [number[], number[], number[]] = [[], [], []];
  for (let n = 0; n < count; n++) {
    const image = pixels.subarray(n * size, (n + 1) * size);
    for (const steps of [columnSteps(image, height * channels, width), rowSteps(image, shape)]) {
      const [edge = 0, ...inside] = steps;
      const atPeriod = inside.filter((_, i) => (i + 1) % period === 0);
      ratios.push(edge / mean(inside));
      periodic.push(edge / mean(atPeriod));
      ranks.push(inside.filter((step) => step < edge).length / inside.length);
    }
  }
  return {
    ratio: mean(ratios),
    ratioAtPeriod: mean(periodic),
    rank: mean(ranks),
    visible: ranks.filter((rank) => rank > 0.95).length / ranks.length,
  };
}

/**
 * Computes the mean difference of each column from the previous column. The first column is compared with the last, as
 * in repeated images.
 */
function columnSteps(image: Uint8Array, rows: number, width: number): readonly number[] {
  return Array.from({ length: width }, (_, x) => {
    const before = (x + width - 1) % width;
    let sum = 0;
    for (let row = 0; row < rows * width; row += width)
      sum += Math.abs((image[row + x] as number) - (image[row + before] as number));
    return sum / rows;
  });
}

/** Computes the mean difference of each row from the row above it, as {@link columnSteps} does for columns. */
function rowSteps(image: Uint8Array, { channels, height, width }: Pictures['shape']): readonly number[] {
  return Array.from({ length: height }, (_, y) => {
    const before = (y + height - 1) % height;
    let sum = 0;
    for (let c = 0; c < channels; c++)
      for (let x = 0; x < width; x++)
        sum += Math.abs(
          (image[(c * height + y) * width + x] as number) -
            (image[(c * height + before) * width + x] as number),
        );
    return sum / channels / width;
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
