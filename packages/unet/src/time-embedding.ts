import * as tf from '@tensorflow/tfjs-core';

export interface TimeEncodingOptions {
  readonly flipSinToCos: boolean;
  readonly freqShift: number;
}

/**
 * Sinusoidal encoding of timesteps: sines and cosines of t at geometrically spaced frequencies
 * ω_k = 10000^(−k / (features/2 − freqShift)).
 *
 * @param timestep `[B]`, zero-based
 * @param features length of the encoding; an odd one ends with a zero
 * @returns `[B, features]`
 * Source: Vaswani et al. 2017, section 3.5; the shift as in Ho et al.'s code.
 */
export function timeEncoding(
  timestep: tf.Tensor1D,
  features: number,
  { flipSinToCos, freqShift }: TimeEncodingOptions,
): tf.Tensor2D {
  const half = Math.floor(features / 2);
  const frequencies = Float32Array.from({ length: half }, (_, k) => 10000 ** (-k / (half - freqShift)));
  const angles = tf.mul(tf.reshape(timestep, [-1, 1]), tf.tensor2d(frequencies, [1, half])); // [B, features/2]
  const halves = [tf.sin(angles), tf.cos(angles)];
  const encoding = tf.concat(flipSinToCos ? halves.reverse() : halves, 1) as tf.Tensor2D;
  return features % 2 === 0
    ? encoding
    : tf.pad(encoding, [
        [0, 0],
        [0, 1],
      ]);
}
