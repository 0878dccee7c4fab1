// The sums of a row, in float64: one pass over all arrays, rounded once.
import type { PredictionCoefficients } from './prediction.ts';
import type { Sum } from './prepare-row.ts';

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

/** Inputs of a row, always with an output. The output has no effect in a row without a network call. */
export type FullArrays = RowArrays & { readonly output: Float32Array };

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

/** A factor and its array. */
interface Part {
  readonly factor: number;
  readonly values: Float32Array | Float64Array;
}

/** Computes a sum whose estimates of x_0 are in the scratch buffer. */
export function addUp(
  sum: Sum,
  arrays: FullArrays,
  { estimates, sums, none }: Scratch,
  added?: Float64Array,
): Float32Array {
  const { fromX0, fromX, fromOutput } = sum;
  const { x, output } = arrays;
  const parts = partsOf(sum, arrays, added);
  const { factor: factorA, values: valuesA } = parts[0] ?? none;
  const { factor: factorB, values: valuesB } = parts[1] ?? none;
  const { factor: factorC, values: valuesC } = parts[2] ?? none;
  const { factor: factorD, values: valuesD } = parts[3] ?? none;
  const out = new Float32Array(x.length);
  const target = parts.length <= 4 ? out : sums;
  // One pass with all arrays is faster than an inner loop over the arrays, or one pass for each array.
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
  return addRest(out, parts, sums);
}

/** The arrays of a sum besides x, x_0 and the output. */
export function partsOf(
  sum: Sum,
  { memory, noise }: FullArrays,
  added: Float64Array | undefined,
): readonly Part[] {
  const parts: Part[] = [];
  for (const { factor, index } of sum.memory)
    parts.push({ factor, values: required('memory', memory, index) });
  for (const { factor, index } of sum.noise) parts.push({ factor, values: required('noise', noise, index) });
  if (added !== undefined) parts.push({ factor: 1, values: added });
  return parts;
}

export function required(name: string, arrays: readonly Float32Array[], index: number): Float32Array {
  const values = arrays[index];
  if (values === undefined) throw new TypeError(`takeRow: ${name} ${index} is missing; expected an array.`);
  return values;
}

/** Computes a sum of x, x_0 and the output alone. Also writes the rounded estimates to `x0`. */
export function addAnswer(
  { fromX0, fromX, fromOutput }: Sum,
  { x0FromX, x0FromOutput }: PredictionCoefficients,
  clip: number,
  { x, output }: FullArrays,
  x0: Float32Array,
): Float32Array {
  const out = new Float32Array(x.length);
  for (let i = 0; i < out.length; i++) {
    const value = x[i] as number;
    const answer = output[i] as number;
    let estimate = x0FromX * value + x0FromOutput * answer;
    if (estimate > clip) estimate = clip;
    else if (estimate < -clip) estimate = -clip;
    x0[i] = estimate;
    out[i] = fromX0 * estimate + fromX * value + fromOutput * answer;
  }
  return out;
}

/** Computes a sum of x, x_0, the output and other arrays. Also writes the rounded estimates to `x0`. */
export function addAnswerAndParts(
  { fromX0, fromX, fromOutput }: Sum,
  { x0FromX, x0FromOutput }: PredictionCoefficients,
  clip: number,
  { x, output }: FullArrays,
  x0: Float32Array,
  parts: readonly Part[],
  { sums, none }: Scratch,
): Float32Array {
  const { factor: factorA, values: valuesA } = parts[0] ?? none;
  const { factor: factorB, values: valuesB } = parts[1] ?? none;
  const { factor: factorC, values: valuesC } = parts[2] ?? none;
  const { factor: factorD, values: valuesD } = parts[3] ?? none;
  const out = new Float32Array(x.length);
  const target = parts.length <= 4 ? out : sums;
  for (let i = 0; i < target.length; i++) {
    const value = x[i] as number;
    const answer = output[i] as number;
    let estimate = x0FromX * value + x0FromOutput * answer;
    if (estimate > clip) estimate = clip;
    else if (estimate < -clip) estimate = -clip;
    x0[i] = estimate;
    target[i] =
      fromX0 * estimate +
      fromX * value +
      fromOutput * answer +
      factorA * (valuesA[i] as number) +
      factorB * (valuesB[i] as number) +
      factorC * (valuesC[i] as number) +
      factorD * (valuesD[i] as number);
  }
  return addRest(out, parts, sums);
}

/** Adds the parts after the fourth to the sums, and rounds them. Does nothing if there are at most four parts. */
function addRest(out: Float32Array, parts: readonly Part[], sums: Float64Array): Float32Array {
  for (let p = 4; p < parts.length; p++) {
    const { factor, values } = parts[p] as Part;
    for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] as number) + factor * (values[i] as number);
  }
  if (parts.length > 4) out.set(sums);
  return out;
}
