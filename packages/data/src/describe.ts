import type { ImageShape } from '@isonoise/schedule';
import type { Dataset } from './dataset.ts';

export interface ChannelRange {
  readonly least: number;
  readonly most: number;
  readonly mean: number;
}

/** Statistics of a set, in a form that JSON can represent. */
export interface DatasetDescription {
  readonly name: string;
  readonly count: number;
  readonly shape: ImageShape;
  /** Size of `pixels` in bytes. */
  readonly bytes: number;
  /** Mean and standard deviation of all values, 0..255. */
  readonly mean: number;
  readonly std: number;
  /** Range and mean of each channel, 0..255. */
  readonly channels: readonly ChannelRange[];
  /** Number of images of each class, in label order; absent if the set has no classes. */
  readonly classes?: readonly { readonly name: string; readonly count: number }[];
}

/** Computes counts and moments of a whole set in one pass over its pixels. */
export function describeDataset(dataset: Dataset): DatasetDescription {
  const { name, count, shape, pixels, labels, classNames } = dataset;
  // Compute moments from histograms. The integers are exact up to the last division.
  const histograms = Array.from({ length: shape.channels }, () => new Float64Array(256));
  const plane = shape.height * shape.width;
  for (let start = 0, n = 0; start < pixels.length; start += plane, n++) {
    const histogram = histograms[n % shape.channels] as Float64Array;
    for (let i = start; i < start + plane; i++) {
      const value = pixels[i] as number;
      histogram[value] = (histogram[value] as number) + 1;
    }
  }
  const histogram = Float64Array.from({ length: 256 }, (_, value) =>
    histograms.reduce((sum, one) => sum + (one[value] ?? 0), 0),
  );
  const mean = histogram.reduce((sum, times, value) => sum + times * value, 0) / pixels.length;
  const variance =
    histogram.reduce((sum, times, value) => sum + times * (value - mean) ** 2, 0) / pixels.length;
  const summary = {
    name,
    count,
    shape,
    bytes: pixels.length,
    mean,
    std: Math.sqrt(variance),
    channels: histograms.map(rangeOf),
  };
  if (labels === undefined || classNames === undefined) return summary;
  const counts = new Array<number>(classNames.length).fill(0);
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  return {
    ...summary,
    classes: classNames.map((className, k) => ({ name: className, count: counts[k] ?? 0 })),
  };
}

function rangeOf(histogram: Float64Array): ChannelRange {
  const total = histogram.reduce((sum, times) => sum + times, 0);
  return {
    least: histogram.findIndex((times) => times > 0),
    most: 255 - histogram.toReversed().findIndex((times) => times > 0),
    mean: histogram.reduce((sum, times, value) => sum + times * value, 0) / total,
  };
}
