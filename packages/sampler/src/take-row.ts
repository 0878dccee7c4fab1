import { exp, type PredictionType } from '@isonoise/schedule';
import { samplerError } from './errors.ts';
import type { PredictionCoefficients } from './prediction.ts';
import { type PreparedRow, prepareRow, type Sum } from './prepare-row.ts';
import type { LearnedVariance, Row } from './row.ts';
import { type Threshold, thresholdImages } from './threshold.ts';

/** Inputs of a row: arrays of equal length, for one image or several at the same level. */
export interface RowArrays {
  readonly x: Float32Array;
  /** The network's prediction; absent for a row without a network call. */
  readonly output?: Float32Array | undefined;
  /** The network's output for variances; absent if it does not predict them. */
  readonly variance?: Float32Array | undefined;
  readonly memory: readonly Float32Array[];
  /** Standard normals of each draw. */
  readonly noise: readonly Float32Array[];
  /** Number of images, for thresholding. Default 1. */
  readonly images?: number | undefined;
}

/** Interpretation of the network's output. */
export interface OutputMeaning {
  readonly predictionType: PredictionType;
  /** Clips x_0 to [-clip, clip]. Default: not clipped. */
  readonly clip?: number | undefined;
  /** Thresholds x_0, before clipping. Default: not thresholded. */
  readonly threshold?: Threshold | undefined;
}

/** Results of a row. Arrays are new or inputs, and are never written to. */
export interface TakenRow {
  readonly next: Float32Array;
  readonly memory: readonly Float32Array[];
  /** The estimate of x_0; the images themselves for a row without a network call. */
  readonly x0: Float32Array;
}

/** Buffers that the rows of a run share. Each has the length of the images. */
export interface Scratch {
  readonly estimates: Float64Array;
  readonly sums: Float64Array;
  /** Takes the place of an absent part of a sum. */
  readonly none: Part;
}

/** Makes the buffers for images of this number of values. */
export const createScratch = (length: number): Scratch => ({
  estimates: new Float64Array(length),
  sums: new Float64Array(length),
  // Adding -0 changes no sum, not even -0.
  none: { factor: -0, values: new Float32Array(length) },
});

/**
 * Computes a row in float64; each result is rounded once, to float32.
 *
 * @throws `SAMPLER_OUTPUT` the row needs variances and the network predicts none
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
 * {@link takeRow} for a prepared row; overwrites the scratch buffers.
 *
 * @param arrays inputs of the row; the network's output has no effect if the row has no network call
 */
export function takePreparedRow(
  { at, prediction, next, keep, learnedNoise }: PreparedRow,
  meaning: OutputMeaning,
  arrays: FullArrays,
  scratch: Scratch,
): TakenRow {
  const { x, memory } = arrays;
  const estimate = estimateX0(prediction, meaning, arrays, scratch);
  const x0 = at === null ? x : estimate;
  const added = learnedNoise === undefined ? undefined : scaledNoise(learnedNoise, arrays);
  const kept: Float32Array[] = [];
  for (const each of keep ?? []) {
    if (each === 'x') kept.push(x);
    else if (each === 'x0') kept.push(x0);
    else if ('fromX' in each) kept.push(addUp(each, arrays, scratch));
    else kept.push(required('memory', memory, each.memory));
  }
  return { next: addUp(next, arrays, scratch, added), memory: keep === undefined ? memory : kept, x0 };
}

type FullArrays = RowArrays & { readonly output: Float32Array };

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

/** A factor and its array. */
interface Part {
  readonly factor: number;
  readonly values: Float32Array | Float64Array;
}

function addUp(
  sum: Sum,
  arrays: FullArrays,
  { estimates, sums, none }: Scratch,
  added?: Float64Array,
): Float32Array {
  const { fromX0, fromX, fromOutput } = sum;
  const { x, output } = arrays;
  const parts = partsOf(sum, arrays, added);
  const rest = parts.slice(4);
  const { factor: factorA, values: valuesA } = parts[0] ?? none;
  const { factor: factorB, values: valuesB } = parts[1] ?? none;
  const { factor: factorC, values: valuesC } = parts[2] ?? none;
  const { factor: factorD, values: valuesD } = parts[3] ?? none;
  const out = new Float32Array(x.length);
  const target = rest.length === 0 ? out : sums;
  // One pass over all arrays: an inner loop over arrays for each element, or a pass for each array, is slower.
  for (let i = 0; i < target.length; i++) {
    target[i] =
      fromX0 * (estimates[i] as number) +
      fromX * (x[i] as number) +
      fromOutput * (output[i] as number) +
      factorA * (valuesA[i] as number) +
      factorB * (valuesB[i] as number) +
      factorC * (valuesC[i] as number) +
      factorD * (valuesD[i] as number);
  }
  for (const { factor, values } of rest) {
    for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] as number) + factor * (values[i] as number);
  }
  if (rest.length > 0) out.set(sums);
  return out;
}

function partsOf(sum: Sum, { memory, noise }: FullArrays, added: Float64Array | undefined): readonly Part[] {
  const parts: Part[] = [];
  for (const { factor, index } of sum.memory)
    parts.push({ factor, values: required('memory', memory, index) });
  for (const { factor, index } of sum.noise) parts.push({ factor, values: required('noise', noise, index) });
  if (added !== undefined) parts.push({ factor: 1, values: added });
  return parts;
}

function required(name: string, arrays: readonly Float32Array[], index: number): Float32Array {
  const values = arrays[index];
  if (values === undefined) throw new TypeError(`takeRow: ${name} ${index} is missing; expected an array.`);
  return values;
}
