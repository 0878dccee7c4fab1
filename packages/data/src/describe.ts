import type { Dataset, ImageShape } from './dataset.ts';

/** A set in numbers; plain data, for `--json`. */
export interface DatasetDescription {
  readonly name: string;
  readonly count: number;
  readonly shape: ImageShape;
  /** Bytes of `pixels` in memory. */
  readonly bytes: number;
  /** Mean and standard deviation of all values, 0..255. */
  readonly mean: number;
  readonly std: number;
  /** Images of each class, in the order of the labels; absent where the set has none. */
  readonly classes?: readonly { readonly name: string; readonly count: number }[];
}

/** Counts and moments of a whole set: one pass over its pixels. */
export function describeDataset(dataset: Dataset): DatasetDescription {
  const { name, count, shape, pixels, labels, classNames } = dataset;
  // Moments from a histogram: exact integers up to the last division.
  const histogram = new Float64Array(256);
  for (let i = 0; i < pixels.length; i++) {
    const value = pixels[i] as number;
    histogram[value] = (histogram[value] as number) + 1;
  }
  const mean = histogram.reduce((sum, times, value) => sum + times * value, 0) / pixels.length;
  const variance =
    histogram.reduce((sum, times, value) => sum + times * (value - mean) ** 2, 0) / pixels.length;
  const summary = { name, count, shape, bytes: pixels.length, mean, std: Math.sqrt(variance) };
  if (labels === undefined || classNames === undefined) return summary;
  const counts = new Array<number>(classNames.length).fill(0);
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  return {
    ...summary,
    classes: classNames.map((className, k) => ({ name: className, count: counts[k] ?? 0 })),
  };
}
