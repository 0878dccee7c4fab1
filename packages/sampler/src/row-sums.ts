// The sums of a row, in float64, rounded once.
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
export interface Part {
  readonly factor: number;
  readonly values: Float32Array;
}

/** The arrays of a sum besides x, x_0 and the output. */
export function partsOf(sum: Sum, { memory, noise }: FullArrays): readonly Part[] {
  const parts: Part[] = [];
  for (const { factor, index } of sum.memory)
    parts.push({ factor, values: required('memory', memory, index) });
  for (const { factor, index } of sum.noise) parts.push({ factor, values: required('noise', noise, index) });
  return parts;
}

export function required(name: string, arrays: readonly Float32Array[], index: number): Float32Array {
  const values = arrays[index];
  if (values === undefined) throw new TypeError(`takeRow: ${name} ${index} is missing; expected an array.`);
  return values;
}

/**
 * Computes a sum with any number of parts, with one pass for each part. The estimates of x_0 are in the scratch buffer.
 *
 * @param added an array to add after the parts
 */
export function addUp(
  sum: Sum,
  arrays: FullArrays,
  { estimates, sums }: Scratch,
  added?: Float64Array,
): Float32Array {
  const { fromX0, fromX, fromOutput } = sum;
  const { x, output } = arrays;
  for (let i = 0; i < sums.length; i++)
    sums[i] =
      fromX0 * (estimates[i] as number) + fromX * (x[i] as number) + fromOutput * (output[i] as number);
  for (const { factor, values } of partsOf(sum, arrays))
    for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] as number) + factor * (values[i] as number);
  if (added !== undefined)
    for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] as number) + (added[i] as number);
  return new Float32Array(sums);
}
