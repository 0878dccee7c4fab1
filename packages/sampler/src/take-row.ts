import { plural } from '@isonoise/error';
import { exp, type PredictionType } from '@isonoise/schedule';
import { type AnswerSums, addAnswer, addBoth, clipped } from './answer-sums.ts';
import { samplerError } from './errors.ts';
import type { PredictionCoefficients } from './prediction.ts';
import { type PreparedRow, prepareRow } from './prepare-row.ts';
import type { LearnedVariance, Row } from './row.ts';
import { addUp, createScratch, type FullArrays, type RowArrays, required, type Scratch } from './row-sums.ts';
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
  const { at, keep } = row;
  const { memory, noise } = arrays;
  const needsEstimates = at === null || meaning.threshold !== undefined || row.pass === 'several';
  const { x0, sums } = needsEstimates
    ? sumsOfEstimates(row, meaning, arrays, scratch)
    : sumsOfAnswers(row, meaning, arrays, scratch);
  const kept: Float32Array[] = [];
  for (const each of keep ?? []) {
    if (each === 'x') kept.push(arrays.x);
    else if (each === 'x0') kept.push(x0);
    else if ('memory' in each) kept.push(required('memory', memory, each.memory));
    else if ('noise' in each) kept.push(required('noise', noise, each.noise));
    else kept.push(required('sum', sums, each.sum));
  }
  return { next: required('sum', sums, sums.length - 1), memory: keep === undefined ? memory : kept, x0 };
}

/** The estimates of x_0 of a row and the results of its sums. */
interface RowSums {
  /** Complete after the last sum. */
  readonly x0: Float32Array;
  readonly sums: readonly Float32Array[];
}

/**
 * Computes the estimates of a row before its sums. Sums in several passes need this, and so do thresholds, which depend on all
 * values of an image.
 */
function sumsOfEstimates(
  { at, prediction, sums, learnedNoise }: PreparedRow,
  meaning: OutputMeaning,
  arrays: FullArrays,
  scratch: Scratch,
): RowSums {
  const added = learnedNoise === undefined ? undefined : scaledNoise(learnedNoise, arrays);
  const estimate = estimateX0(prediction, meaning, arrays, scratch);
  return {
    x0: at === null ? arrays.x : estimate,
    // Learned noise is added to the next images, which are the last sum.
    sums: sums.map((sum, k) => addUp(sum, arrays, scratch, k === sums.length - 1 ? added : undefined)),
  };
}

/** Computes the estimates of a row together with its sums. */
function sumsOfAnswers(
  { prediction, sums, pass }: PreparedRow,
  { clip = Number.POSITIVE_INFINITY }: OutputMeaning,
  arrays: FullArrays,
  scratch: Scratch,
): RowSums {
  const x0 = new Float32Array(arrays.x.length);
  const shared: AnswerSums = { prediction, clip, arrays, x0, scratch };
  const [first, second] = sums;
  return pass === 'both' && first !== undefined && second !== undefined
    ? { x0, sums: addBoth(first, second, shared) }
    : { x0, sums: sums.map((sum) => addAnswer(sum, shared)) };
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
    const estimate = clipped(x0FromX * (x[i] as number) + x0FromOutput * (output[i] as number), limit);
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

/** σ z for each element, in float64. */
function scaledNoise(
  { isLog, offset, slope }: LearnedVariance,
  { variance, noise, x }: RowArrays,
): Float64Array {
  const normals = required('noise', noise, 0);
  if (variance === undefined) {
    throw samplerError(
      'SAMPLER_OUTPUT',
      `sampler: the network returned ${plural(x.length, 'value')}, without variances; expected ${2 * x.length} for a learned variance. ` +
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
