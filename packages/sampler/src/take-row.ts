import { exp, type PredictionType } from '@isonoise/schedule';
import { samplerError } from './errors.ts';
import type { PredictionCoefficients } from './prediction.ts';
import { type PreparedRow, prepareRow, type Sum } from './prepare-row.ts';
import type { LearnedVariance, Row } from './row.ts';
import {
  addAnswer,
  addAnswerAndParts,
  addUp,
  createScratch,
  type FullArrays,
  partsOf,
  type RowArrays,
  required,
  type Scratch,
} from './row-sums.ts';
import { type Threshold, thresholdImages } from './threshold.ts';

/** Interpretation of the network's output. */
export interface OutputMeaning {
  readonly predictionType: PredictionType;
  /** Clips x_0 to [-clip, clip]. Default: not clipped. */
  readonly clip?: number | undefined;
  /** Thresholds x_0, before clipping. Default: not thresholded. */
  readonly threshold?: Threshold | undefined;
}

/** Results of a row. Each array is new, or is an input of the row; none is written to later. */
export interface TakenRow {
  readonly next: Float32Array;
  readonly memory: readonly Float32Array[];
  /** The estimate of x_0; the images themselves for a row without a network call. */
  readonly x0: Float32Array;
}

/**
 * Computes a row in float64; each result is rounded once, to float32.
 *
 * @throws `SAMPLER_OUTPUT` if the row needs variances and the network predicts none
 */
export function takeRow(row: Row, meaning: OutputMeaning, arrays: RowArrays): TakenRow {
  return takePreparedRow(
    prepareRow(row, meaning.predictionType),
    meaning,
    { ...arrays, output: arrays.output ?? arrays.x },
    createScratch(arrays.x.length),
  );
}

/**
 * Does the work of {@link takeRow} for a prepared row. Overwrites the scratch buffers.
 *
 * @param arrays inputs of the row; the network's output has no effect if the row has no network call
 */
export function takePreparedRow(
  row: PreparedRow,
  meaning: OutputMeaning,
  arrays: FullArrays,
  scratch: Scratch,
): TakenRow {
  const { at, next, keep, learnedNoise } = row;
  const { x, memory } = arrays;
  const added = learnedNoise === undefined ? undefined : scaledNoise(learnedNoise, arrays);
  const { x0, sumOf } =
    at === null || meaning.threshold !== undefined
      ? sumsOfEstimates(row, meaning, arrays, scratch)
      : sumsOfAnswers(row, meaning, arrays, scratch);
  const kept: Float32Array[] = [];
  for (const each of keep ?? []) {
    if (each === 'x') kept.push(x);
    else if (each === 'x0') kept.push(x0);
    else if ('fromX' in each) kept.push(sumOf(each));
    else kept.push(required('memory', memory, each.memory));
  }
  return { next: sumOf(next, added), memory: keep === undefined ? memory : kept, x0 };
}

/** The sums of a row, and its x_0. */
interface RowSums {
  /** Complete after the last sum. */
  readonly x0: Float32Array;
  sumOf(sum: Sum, added?: Float64Array): Float32Array;
}

/** The sums of a row whose estimates of x_0 are computed first, because each needs all values of an image. */
function sumsOfEstimates(
  { at, prediction }: PreparedRow,
  meaning: OutputMeaning,
  arrays: FullArrays,
  scratch: Scratch,
): RowSums {
  const estimate = estimateX0(prediction, meaning, arrays, scratch);
  return {
    x0: at === null ? arrays.x : estimate,
    sumOf: (sum, added) => addUp(sum, arrays, scratch, added),
  };
}

/**
 * The sums of a row whose estimates of x_0 are computed together with the sums, element by element. This is faster than an
 * array of estimates, which would not be in a CPU cache after a network call.
 */
function sumsOfAnswers(
  { prediction }: PreparedRow,
  { clip = Number.POSITIVE_INFINITY }: OutputMeaning,
  arrays: FullArrays,
  scratch: Scratch,
): RowSums {
  const x0 = new Float32Array(arrays.x.length);
  return {
    x0,
    sumOf(sum, added) {
      const parts = partsOf(sum, arrays, added);
      return parts.length === 0
        ? addAnswer(sum, prediction, clip, arrays, x0)
        : addAnswerAndParts(sum, prediction, clip, arrays, x0, parts, scratch);
    },
  };
}

/** Writes the estimates to the scratch buffer. @returns the estimates, rounded */
function estimateX0(
  { x0FromX, x0FromOutput }: PredictionCoefficients,
  { clip = Number.POSITIVE_INFINITY, threshold }: OutputMeaning,
  { x, output, images = 1 }: FullArrays,
  { estimates }: Scratch,
): Float32Array {
  const rounded = new Float32Array(x.length);
  const limit = threshold === undefined ? clip : Number.POSITIVE_INFINITY;
  for (let i = 0; i < x.length; i++) {
    let estimate = x0FromX * (x[i] as number) + x0FromOutput * (output[i] as number);
    if (estimate > limit) estimate = limit;
    else if (estimate < -limit) estimate = -limit;
    estimates[i] = estimate;
    rounded[i] = estimate;
  }
  if (threshold === undefined) return rounded;
  thresholdImages(estimates, images, threshold);
  // Thresholded values are in [-1, 1].
  if (clip < 1)
    for (let i = 0; i < estimates.length; i++) estimates[i] = clipped(estimates[i] as number, clip);
  rounded.set(estimates);
  return rounded;
}

const clipped = (value: number, limit: number): number => Math.min(Math.max(value, -limit), limit);

/** σ z for each element, in float64. */
function scaledNoise(
  { isLog, offset, slope }: LearnedVariance,
  { variance, noise, x }: RowArrays,
): Float64Array {
  const normals = required('noise', noise, 0);
  if (variance === undefined) {
    throw samplerError(
      'SAMPLER_OUTPUT',
      `sampler: the network returned ${x.length} values, without variances; expected ${2 * x.length} for a learned variance. ` +
        'Use variance fixedSmall or fixedLarge.',
    );
  }
  const out = new Float64Array(normals.length);
  for (let i = 0; i < out.length; i++) {
    const value = offset + slope * (variance[i] as number);
    if (!isLog && value < 0) {
      throw samplerError(
        'SAMPLER_OUTPUT',
        `sampler: the network returned the variance ${value}; expected 0 or more. ` +
          'If it predicts logarithms, use variance learnedLog.',
      );
    }
    out[i] = (isLog ? exp(value / 2) : Math.sqrt(value)) * (normals[i] as number);
  }
  return out;
}
