import { plural } from '@isonoise/error';
import { samplerError } from './errors.ts';

/** The output of a network for a batch. */
export interface Answer {
  /** The prediction, such as ε or x_0, `[B, …]`. */
  readonly prediction: Float32Array;
  /** The network's output for variances, `[B, …]`; absent if it does not predict them. */
  readonly variance?: Float32Array | undefined;
}

/**
 * Splits the output of a network. A network that also predicts variances returns twice as many channels: for each image,
 * the prediction and then the variances (Nichol & Dhariwal 2021).
 *
 * @param length number of values in the images
 * @param operation name of the operation, for the error
 * @throws `SAMPLER_OUTPUT` if the output has neither `length` values nor twice as many
 */
export function splitAnswer(output: Float32Array, length: number, images: number, operation: string): Answer {
  if (output.length === length) return { prediction: output };
  if (output.length !== 2 * length) {
    throw samplerError(
      'SAMPLER_OUTPUT',
      `${operation}: got ${plural(output.length, 'value')}; expected ${length}, like x, or ${2 * length} with variances.`,
    );
  }
  const size = length / images;
  const prediction = new Float32Array(length);
  const variance = new Float32Array(length);
  for (let at = 0; at < length; at += size) {
    prediction.set(output.subarray(2 * at, 2 * at + size), at);
    variance.set(output.subarray(2 * at + size, 2 * at + 2 * size), at);
  }
  return { prediction, variance };
}

/**
 * Splits and checks the output of a network for a batch at one timestep.
 *
 * @throws `SAMPLER_OUTPUT` if the length is wrong; `SAMPLER_NON_FINITE` if a value is NaN or infinite
 */
export function checkedAnswer(output: Float32Array, length: number, images: number, t: number): Answer {
  const answer = splitAnswer(output, length, images, `denoise at t = ${t}`);
  if (!areFinite(output)) {
    throw samplerError(
      'SAMPLER_NON_FINITE',
      `denoise at t = ${t}: the network's output has NaN or infinity; expected finite values. ` +
        'Check its weights, its precision and the guidance scale.',
    );
  }
  return answer;
}

/**
 * Whether all values are finite. A float64 sum of finite float32 values cannot overflow; NaN or infinity makes it NaN or
 * infinite.
 */
function areFinite(values: Float32Array): boolean {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  return Number.isFinite(sum);
}

/**
 * Checks the images after a step. With extreme coefficients of a schedule, or extreme images of a saved run, the result
 * can exceed the range of float32 even if the network's output is finite.
 *
 * @param step number of the step, from 0
 * @throws `SAMPLER_NON_FINITE` if a value is NaN or infinite
 */
export function requireFiniteImages(x: Float32Array, step: number): void {
  if (areFinite(x)) return;
  throw samplerError(
    'SAMPLER_NON_FINITE',
    `sample: the images after step ${step + 1} have NaN or infinity; expected finite values. ` +
      'Check the schedule, the guidance scale, and the images from which the run starts.',
  );
}

/** The reverse of {@link splitAnswer}. */
export function joinAnswer({ prediction, variance }: Answer, images: number): Float32Array {
  if (variance === undefined) return prediction;
  const size = prediction.length / images;
  const output = new Float32Array(2 * prediction.length);
  for (let at = 0; at < prediction.length; at += size) {
    output.set(prediction.subarray(at, at + size), 2 * at);
    output.set(variance.subarray(at, at + size), 2 * at + size);
  }
  return output;
}
