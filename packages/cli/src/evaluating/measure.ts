import {
  classScore,
  densityCoverage,
  type Features,
  frechetDistance,
  frechetEstimate,
  type Interval,
  kernelDistance,
  type Moments,
  momentsOf,
  type Nearest,
  nearestRows,
  normalInterval,
  type Originality,
  originality,
  pickRows,
  precisionRecall,
  shareInterval,
  toFeatures,
  twoSampleTest,
} from '@isonoise/evaluate';
import { permutation } from '@isonoise/random';
import type { ImageFeatures } from './feature-network.ts';
import { type ClosestPairs, closestPairs } from './pairs.ts';

/**
 * Maximum number of training images for KID. KID compares all pairs, which takes a few seconds for 10,000
 * images.
 */
const MAX_KERNEL_ROWS = 10_000;

/** The training images, prepared for comparisons with other images. */
export interface Reference {
  readonly features: Features;
  readonly moments: Moments;
  /**
   * Random rows of `features`: one for each drawn image, or all rows if there are fewer. Measures that need
   * equal numbers of images use this sample.
   */
  readonly sample: Features;
  /** At most {@link MAX_KERNEL_ROWS} random rows of `features`, for KID. */
  readonly kernelSample: Features;
  /**
   * Mean square of the features, which is the scale of KID's kernel. It makes KID independent of the scale of the
   * features.
   */
  readonly kernelScale: number;
  /**
   * Distances from held-out images, at most as many as drawn images, to their nearest training images; null without
   * held-out images.
   */
  readonly heldOutDistances: Float64Array | null;
}

/** All measures of a set of images, as a JSON object. */
export interface Measures {
  readonly images: number;
  readonly fid: number;
  /**
   * FID of the first n drawn images, where n is the number of measured held-out images. This value can be compared with
   * the FID of the held-out images. Equals `fid` if at most n images are drawn. Null without held-out images.
   */
  readonly fidOfRealCount: number | null;
  /** Standard deviation of FID over sets with the same number of images. */
  readonly fidDeviation: number;
  readonly kid: number;
  /** Standard deviation of KID over sets with the same number of images. */
  readonly kidDeviation: number;
  readonly precision: number;
  readonly recall: number;
  readonly density: number;
  readonly coverage: number;
  /** Accuracy and p-value of the two-sample test by nearest neighbours. */
  readonly twoSampleAccuracy: number;
  readonly twoSamplePValue: number;
  /**
   * Inception score, computed with the class scores of the network. Null if the network has no class scores.
   */
  readonly classScore: number | null;
  /**
   * Share of images that have the requested class according to the network. Null if the network has no class
   * scores, or if the classes of the model and the network cannot be compared.
   */
  readonly rightClass: number | null;
  /** Originality by feature distance. Null without held-out images. */
  readonly originality: Originality | null;
  /** Originality by pixel distance. Null without held-out images, or if pixels were not compared. */
  readonly pixelOriginality: Originality | null;
  /**
   * Share of images whose nearest training image, by pixels, has the requested class. Null if the classes of the
   * model and the training images cannot be compared.
   */
  readonly nearestClass: number | null;
  readonly pairs: ClosestPairs;
  readonly intervals: Intervals;
}

/**
 * The 95 % confidence intervals of the measures. Shares have Wilson intervals. If a share is null, its
 * interval is null.
 */
interface Intervals {
  readonly fid: Interval;
  readonly kid: Interval;
  readonly precision: Interval;
  readonly recall: Interval;
  readonly rightClass: Interval | null;
  readonly nearestClass: Interval | null;
  readonly closeShare: Interval | null;
  readonly closePixelShare: Interval | null;
}

/** Facts about images that are computed from their pixels. */
export interface PixelFacts {
  /** The nearest training image of each image. */
  readonly nearest: Nearest;
  /**
   * Distances from held-out images, at most as many as drawn images, to their nearest training images; null without
   * held-out images.
   */
  readonly heldOutDistances: ArrayLike<number> | null;
  /** Class of each training image; null without classes. */
  readonly labels: ArrayLike<number> | null;
}

/** Whether the model copies training images, by features or by pixels. */
export function copies({ originality, pixelOriginality }: Measures): boolean {
  return originality?.copies === true || pixelOriginality?.copies === true;
}

/**
 * Prepares the training images for comparisons.
 *
 * @param count number of drawn images
 * @param heldOut features of real images that were not used in training
 */
export function referenceOf(
  training: ImageFeatures,
  heldOut: ImageFeatures | null,
  count: number,
): Reference {
  const features = toFeatures(training.features, training.width);
  const held = heldOut === null ? null : someRows(toFeatures(heldOut.features, heldOut.width), count);
  return {
    features,
    moments: momentsOf(features),
    sample: someRows(features, count),
    kernelSample: someRows(features, MAX_KERNEL_ROWS),
    kernelScale: meanSquare(features.values),
    heldOutDistances: held === null ? null : nearestRows(held, features).distances,
  };
}

/** Chooses at most `count` random rows. Every call chooses the same rows. */
export function chosenRows(total: number, count: number): Uint32Array {
  return permutation(total, { seed: 0, image: 2, step: 0, purpose: 'dataOrder' }).subarray(0, count);
}

/**
 * Returns the mean of the squared values. Returns 1 if all values are 0, so that the result can be a divisor.
 */
function meanSquare(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value * value, 0) / values.length || 1;
}

function someRows(features: Features, count: number): Features {
  return pickRows(features, chosenRows(features.count, count));
}

/**
 * Measures images by their features.
 *
 * @param classes requested class of each image; null if these classes differ from those of the network and
 *   the training images
 * @param pixels facts from the pixels; null leaves out the measures that need these facts
 */
export function measure(
  { features, width, logits }: ImageFeatures,
  reference: Reference,
  classes: ArrayLike<number> | null,
  pixels: PixelFacts | null = null,
): Measures {
  const drawn = toFeatures(features, width);
  const { count } = drawn;
  const { distance: fid, deviation: fidDeviation } = frechetEstimate(reference.moments, drawn);
  const kernel = kernelDistance(reference.kernelSample, drawn, { scale: reference.kernelScale });
  const { accuracy, pValue } = twoSampleTest(reference.sample, drawn);
  const { precision, recall } = precisionRecall(reference.sample, drawn);
  const rightClass = logits === null || classes === null ? null : rightShare(logits, classes);
  const { heldOutDistances } = reference;
  const nearest = nearestRows(drawn, reference.features);
  const original = originalityOf(nearest, heldOutDistances);
  const pixelOriginal = pixels === null ? null : originalityOf(pixels.nearest, pixels.heldOutDistances);
  const nearestClass = pixels === null ? null : nearestClassShare(pixels, classes);
  const ofShare = (share: number | undefined): Interval | null =>
    share === undefined ? null : shareInterval(share, count);
  return {
    images: count,
    fid,
    fidOfRealCount:
      heldOutDistances === null ? null : fidOfFirst(drawn, heldOutDistances.length, fid, reference),
    fidDeviation,
    kid: kernel.value,
    kidDeviation: kernel.deviation,
    precision,
    recall,
    ...densityCoverage(reference.sample, drawn),
    twoSampleAccuracy: accuracy,
    twoSamplePValue: pValue,
    classScore:
      logits === null ? null : classScore(softmax(logits, logits.length / count), logits.length / count),
    rightClass,
    originality: original,
    pixelOriginality: pixelOriginal,
    nearestClass,
    pairs: { pixels: pixels === null ? [] : closestPairs(pixels.nearest), features: closestPairs(nearest) },
    intervals: {
      fid: normalInterval(fid, fidDeviation),
      kid: normalInterval(kernel.value, kernel.deviation),
      precision: shareInterval(precision, count),
      recall: shareInterval(recall, reference.sample.count),
      rightClass: ofShare(rightClass ?? undefined),
      nearestClass: ofShare(nearestClass ?? undefined),
      closeShare: ofShare(original?.closeShare),
      closePixelShare: ofShare(pixelOriginal?.closeShare),
    },
  };
}

/** Returns FID of the first `count` images. @param fid FID of all images */
function fidOfFirst(drawn: Features, count: number, fid: number, { moments }: Reference): number {
  if (count >= drawn.count || count < 2) return fid;
  const first = pickRows(
    drawn,
    Array.from({ length: count }, (_, i) => i),
  );
  return frechetDistance(moments, momentsOf(first));
}

function originalityOf({ distances }: Nearest, heldOut: ArrayLike<number> | null): Originality | null {
  return heldOut === null ? null : originality(distances, heldOut);
}

function nearestClassShare(
  { nearest, labels }: PixelFacts,
  classes: ArrayLike<number> | null,
): number | null {
  if (labels === null || classes === null) return null;
  const right = nearest.rows.filter((row, i) => labels[row] === classes[i]).length;
  return right / nearest.rows.length;
}

/** Returns the share of rows in which the class has the largest score. */
function rightShare(logits: Float32Array, classes: ArrayLike<number>): number {
  const width = logits.length / classes.length;
  let right = 0;
  for (let i = 0; i < classes.length; i++) {
    const row = logits.subarray(i * width, (i + 1) * width);
    right += Number(row.indexOf(Math.max(...row)) === classes[i]);
  }
  return right / classes.length;
}

function softmax(logits: Float32Array, width: number): Float32Array {
  const probabilities = new Float32Array(logits.length);
  for (let start = 0; start < logits.length; start += width) {
    const row = logits.subarray(start, start + width);
    const most = Math.max(...row);
    const sum = row.reduce((total, value) => total + Math.exp(value - most), 0);
    for (const [i, value] of row.entries()) probabilities[start + i] = Math.exp(value - most) / sum;
  }
  return probabilities;
}
