// Computes the sums of a row with a network call in float64, and rounds each sum once to float32. The same pass over
// the arrays computes the estimates of x_0, element by element, and uses each before it is rounded. A separate pass that
// writes unrounded estimates to an array would be slower, because after a network call this array is not in a cache.
//
// An inner loop over arrays for each element, or a pass for each array, would also be slower. Each array access in a
// loop reads arrays of one type only, because V8 compiles an access to arrays of several types to slower code.
import type { PredictionCoefficients } from './prediction.ts';
import type { Sum } from './prepare-row.ts';
import { type FullArrays, type Part, partsOf, type Scratch } from './row-sums.ts';

/** Arguments that the sums of a row share: their inputs, and the array of estimates that they fill. */
export interface AnswerSums {
  readonly prediction: PredictionCoefficients;
  readonly clip: number;
  readonly arrays: FullArrays;
  /** Output: the estimates of x_0, rounded to float32. */
  readonly x0: Float32Array;
  readonly scratch: Scratch;
}

/** Computes a sum with at most four parts. */
export function addAnswer(sum: Sum, shared: AnswerSums): Float32Array {
  const parts = partsOf(sum, shared.arrays);
  return parts.length === 0 ? addAlone(sum, shared) : addParts(sum, parts, shared);
}

function addAlone(
  { fromX0, fromX, fromOutput }: Sum,
  { prediction: { x0FromX, x0FromOutput }, clip, arrays: { x, output }, x0 }: AnswerSums,
): Float32Array {
  const out = new Float32Array(x.length);
  for (let i = 0; i < out.length; i++) {
    const value = x[i] as number;
    const answer = output[i] as number;
    const estimate = clipped(x0FromX * value + x0FromOutput * answer, clip);
    x0[i] = estimate;
    out[i] = fromX0 * estimate + fromX * value + fromOutput * answer;
  }
  return out;
}

function addParts(
  { fromX0, fromX, fromOutput }: Sum,
  parts: readonly Part[],
  { prediction: { x0FromX, x0FromOutput }, clip, arrays: { x, output }, x0, scratch: { none } }: AnswerSums,
): Float32Array {
  const { factor: factorA, values: valuesA } = parts[0] ?? none;
  const { factor: factorB, values: valuesB } = parts[1] ?? none;
  const { factor: factorC, values: valuesC } = parts[2] ?? none;
  const { factor: factorD, values: valuesD } = parts[3] ?? none;
  const out = new Float32Array(x.length);
  for (let i = 0; i < out.length; i++) {
    const value = x[i] as number;
    const answer = output[i] as number;
    const estimate = clipped(x0FromX * value + x0FromOutput * answer, clip);
    x0[i] = estimate;
    out[i] =
      fromX0 * estimate +
      fromX * value +
      fromOutput * answer +
      factorA * (valuesA[i] as number) +
      factorB * (valuesB[i] as number) +
      factorC * (valuesC[i] as number) +
      factorD * (valuesD[i] as number);
  }
  return out;
}

/**
 * Computes two sums in one pass. Both have the same parts, at most four. UniPC has such rows: its corrector and its
 * predictor use the same predictions.
 */
export function addBoth(
  first: Sum,
  second: Sum,
  { prediction: { x0FromX, x0FromOutput }, clip, arrays, x0, scratch: { none } }: AnswerSums,
): readonly [Float32Array, Float32Array] {
  const parts = partsOf(first, arrays);
  const { factor: factorA, values: valuesA } = parts[0] ?? none;
  const { factor: factorB, values: valuesB } = parts[1] ?? none;
  const { factor: factorC, values: valuesC } = parts[2] ?? none;
  const { factor: factorD, values: valuesD } = parts[3] ?? none;
  const others = [...second.memory, ...second.noise];
  const { factor: secondA } = others[0] ?? none;
  const { factor: secondB } = others[1] ?? none;
  const { factor: secondC } = others[2] ?? none;
  const { factor: secondD } = others[3] ?? none;
  const { fromX0, fromX, fromOutput } = first;
  const { fromX0: secondX0, fromX: secondX, fromOutput: secondOutput } = second;
  const { x, output } = arrays;
  const outFirst = new Float32Array(x.length);
  const outSecond = new Float32Array(x.length);
  for (let i = 0; i < outFirst.length; i++) {
    const value = x[i] as number;
    const answer = output[i] as number;
    const estimate = clipped(x0FromX * value + x0FromOutput * answer, clip);
    const a = valuesA[i] as number;
    const b = valuesB[i] as number;
    const c = valuesC[i] as number;
    const d = valuesD[i] as number;
    x0[i] = estimate;
    outFirst[i] =
      fromX0 * estimate +
      fromX * value +
      fromOutput * answer +
      factorA * a +
      factorB * b +
      factorC * c +
      factorD * d;
    outSecond[i] =
      secondX0 * estimate +
      secondX * value +
      secondOutput * answer +
      secondA * a +
      secondB * b +
      secondC * c +
      secondD * d;
  }
  return [outFirst, outSecond];
}

/** Clips a value to [-limit, limit]. */
export function clipped(value: number, limit: number): number {
  if (value > limit) return limit;
  if (value < -limit) return -limit;
  return value;
}
