import type { PredictionType } from '@isonoise/schedule';
import { type PredictionCoefficients, predictionCoefficients } from './prediction.ts';
import type { Row, Terms } from './row.ts';

/** Inputs of a row: arrays of equal length, for one image or several at the same level. */
export interface RowArrays {
  readonly x: Float32Array;
  /** The network's output; absent for a row without a network call. */
  readonly output?: Float32Array | undefined;
  readonly memory: readonly Float32Array[];
  /** Standard normals of each draw. */
  readonly noise: readonly Float32Array[];
}

/** What the network's output means. */
export interface OutputMeaning {
  readonly predictionType: PredictionType;
  /** Clips x_0 to [-clip, clip]. Default: not clipped. */
  readonly clip?: number | undefined;
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

/** Computes a row in float64; each result is rounded once, to float32. */
export function takeRow(
  row: Row,
  { predictionType, clip = Number.POSITIVE_INFINITY }: OutputMeaning,
  arrays: RowArrays,
): TakenRow {
  const prediction = row.at === null ? NO_PREDICTION : predictionCoefficients(predictionType, row.at);
  const { x, output = x } = arrays;
  const estimates = new Float64Array(x.length);
  for (let i = 0; i < x.length; i++) {
    let estimate = prediction.x0FromX * (x[i] as number) + prediction.x0FromOutput * (output[i] as number);
    if (estimate > clip) estimate = clip;
    else if (estimate < -clip) estimate = -clip;
    estimates[i] = estimate;
  }
  const x0 = row.at === null ? x : new Float32Array(estimates);
  const sum = (terms: Terms): Float32Array => sumTerms(terms, prediction, estimates, { ...arrays, output });
  const keep = (terms: Terms): Float32Array => sameArray(terms, x, x0, arrays.memory) ?? sum(terms);
  return { next: sum(row.next), memory: row.keep?.map(keep) ?? arrays.memory, x0 };
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

function sumTerms(
  terms: Terms,
  prediction: PredictionCoefficients,
  estimates: Float64Array,
  { x, output, memory, noise }: Required<RowArrays> & { readonly output: Float32Array },
): Float32Array {
  const { x0: fromX0 = 0, eps: fromEps = 0 } = terms;
  // ε is linear in x and the output: add it to their factors.
  const fromX = (terms.x ?? 0) + fromEps * prediction.epsFromX;
  const fromOutput = fromEps * prediction.epsFromOutput;
  const others: (readonly [factor: number, values: Float32Array])[] = [
    ...paired('memory', terms.memory, memory),
    ...paired('noise', terms.noise, noise),
  ];
  const out = new Float32Array(x.length);
  for (let i = 0; i < out.length; i++) {
    let value =
      fromX0 * (estimates[i] as number) + fromX * (x[i] as number) + fromOutput * (output[i] as number);
    for (const [factor, values] of others) value += factor * (values[i] as number);
    out[i] = value;
  }
  return out;
}

function paired(
  name: string,
  factors: readonly number[] = [],
  arrays: readonly Float32Array[],
): (readonly [number, Float32Array])[] {
  return factors.flatMap((factor, k) => {
    if (factor === 0) return [];
    const values = arrays[k];
    if (values === undefined) throw new TypeError(`takeRow: ${name} ${k} is missing; expected an array.`);
    return [[factor, values] as const];
  });
}
