import { exp, type PredictionType } from '@isonoise/schedule';
import { samplerError } from './errors.ts';
import { answerCoefficients, type PredictionCoefficients } from './prediction.ts';
import type { LearnedVariance, Row, Terms } from './row.ts';
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

const NO_PREDICTION: PredictionCoefficients = {
  x0FromX: 0,
  x0FromOutput: 0,
  epsFromX: 0,
  epsFromOutput: 0,
};

/**
 * Computes a row in float64; each result is rounded once, to float32.
 *
 * @throws `SAMPLER_OUTPUT` the row needs variances and the network predicts none
 */
export function takeRow(row: Row, meaning: OutputMeaning, arrays: RowArrays): TakenRow {
  const prediction = row.at === null ? NO_PREDICTION : answerCoefficients(meaning.predictionType, row);
  const { x, output = x } = arrays;
  const estimates = estimateX0(prediction, meaning, { ...arrays, output });
  const x0 = row.at === null ? x : new Float32Array(estimates);
  const terms = { prediction, estimates, arrays: { ...arrays, output } };
  const learned = row.at === null ? undefined : row.learnedNoise;
  const added = learned === undefined ? [] : [[1, learnedNoise(learned, arrays)] as const];
  const keep = (kept: Terms): Float32Array => sameArray(kept, x, x0, arrays.memory) ?? sumTerms(kept, terms);
  return { next: sumTerms(row.next, terms, added), memory: row.keep?.map(keep) ?? arrays.memory, x0 };
}

type FullArrays = RowArrays & { readonly output: Float32Array };

function estimateX0(
  { x0FromX, x0FromOutput }: PredictionCoefficients,
  { clip = Number.POSITIVE_INFINITY, threshold }: OutputMeaning,
  { x, output, images = 1 }: FullArrays,
): Float64Array {
  const estimates = new Float64Array(x.length);
  const limit = threshold === undefined ? clip : Number.POSITIVE_INFINITY;
  for (let i = 0; i < x.length; i++) {
    let estimate = x0FromX * (x[i] as number) + x0FromOutput * (output[i] as number);
    if (estimate > limit) estimate = limit;
    else if (estimate < -limit) estimate = -limit;
    estimates[i] = estimate;
  }
  if (threshold === undefined) return estimates;
  thresholdImages(estimates, images, threshold);
  // Thresholded values are in [-1, 1].
  if (clip < 1)
    for (let i = 0; i < estimates.length; i++) estimates[i] = clipped(estimates[i] as number, clip);
  return estimates;
}

const clipped = (value: number, limit: number): number => Math.min(Math.max(value, -limit), limit);

/** σ z for each element, in float64. */
function learnedNoise(
  { isLog, offset, slope }: LearnedVariance,
  { variance, noise, x }: RowArrays,
): Float64Array {
  const [normals] = noise;
  if (normals === undefined) throw new TypeError('takeRow: noise 0 is missing; expected an array.');
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

/** The array itself if the terms are a single array with factor 1, so that keeping it costs nothing. */
function sameArray(
  { x = 0, x0 = 0, eps = 0, memory = [], noise = [] }: Terms,
  ofX: Float32Array,
  ofX0: Float32Array,
  ofMemory: readonly Float32Array[],
): Float32Array | undefined {
  const factors = [x, x0, ...memory];
  const at = factors.indexOf(1);
  if (eps !== 0 || noise.some((factor) => factor !== 0)) return undefined;
  if (at < 0 || factors.some((factor, i) => i !== at && factor !== 0)) return undefined;
  return [ofX, ofX0, ...ofMemory][at];
}

/** A factor and its array. */
type Part = readonly [factor: number, values: Float32Array | Float64Array];

interface TermArrays {
  readonly prediction: PredictionCoefficients;
  readonly estimates: Float64Array;
  readonly arrays: FullArrays;
}

function sumTerms(
  terms: Terms,
  { prediction, estimates, arrays: { x, output, memory, noise } }: TermArrays,
  added: readonly Part[] = [],
): Float32Array {
  const { x0: fromX0 = 0, eps: fromEps = 0 } = terms;
  // ε is linear in x and the output: add it to their factors.
  const fromX = (terms.x ?? 0) + fromEps * prediction.epsFromX;
  const fromOutput = fromEps * prediction.epsFromOutput;
  const others = [
    ...paired('memory', terms.memory, memory),
    ...paired('noise', terms.noise, noise),
    ...added,
  ];
  const [first, second, ...rest] = others;
  const out = new Float32Array(x.length);
  // These loops avoid an inner loop over arrays for each element. All of them add in the same order.
  if (first === undefined) {
    for (let i = 0; i < out.length; i++) {
      out[i] =
        fromX0 * (estimates[i] as number) + fromX * (x[i] as number) + fromOutput * (output[i] as number);
    }
  } else if (second === undefined) {
    const [factor, values] = first;
    for (let i = 0; i < out.length; i++) {
      const value =
        fromX0 * (estimates[i] as number) + fromX * (x[i] as number) + fromOutput * (output[i] as number);
      out[i] = value + factor * (values[i] as number);
    }
  } else {
    const [factor, values] = first;
    const [factor2, values2] = second;
    const sums = new Float64Array(out.length);
    for (let i = 0; i < out.length; i++) {
      const value =
        fromX0 * (estimates[i] as number) + fromX * (x[i] as number) + fromOutput * (output[i] as number);
      sums[i] = value + factor * (values[i] as number) + factor2 * (values2[i] as number);
    }
    for (const [factor, values] of rest) {
      for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] as number) + factor * (values[i] as number);
    }
    for (let i = 0; i < out.length; i++) out[i] = sums[i] as number;
  }
  return out;
}

function paired(name: string, factors: readonly number[] = [], arrays: readonly Float32Array[]): Part[] {
  return factors.flatMap((factor, k) => {
    if (factor === 0) return [];
    const values = arrays[k];
    if (values === undefined) throw new TypeError(`takeRow: ${name} ${k} is missing; expected an array.`);
    return [[factor, values] as const];
  });
}
