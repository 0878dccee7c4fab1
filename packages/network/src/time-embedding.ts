import * as tf from '@tensorflow/tfjs-core';

export interface TimeEncodingOptions {
  readonly flipSinToCos: boolean;
  readonly freqShift: number;
}

/**
 * Number of significant bits of the coarse part of a frequency. Each frequency is split into a coarse part
 * and a small rest. The product of the coarse part and a whole timestep below 2¹¹ is exact in float32. Without
 * this split, large angles would be rounded: at t = 999, float32 has steps of 6e-5 radians.
 */
const COARSE_BITS = 13;

/**
 * Coefficients of sin(2πz) / z as a polynomial in z², the constant term first, interpolated at
 * Chebyshev points. The error is at most 2e-8 up to |z| = 0.265, which is a quarter of a turn
 * plus the rounding of a turn.
 */
const SINE = [6.283185257926209, -41.34166731778914, 81.6012813530979, -76.54770498500541, 39.4724912751712];

/**
 * Computes the sinusoidal encoding of timesteps: sines and cosines of t at geometrically spaced frequencies ω_k =
 * 10000^(−k / (features/2 − freqShift)), within 5e-7 for t below 2048, whole or fractional.
 *
 * It uses only sums, products and floors. All runtimes round these in the same way, so the bits are equal everywhere.
 * Sines are not used, because their accuracy for large angles depends on the device (WGSL only requires 2⁻¹¹ within ±π).
 *
 * @param timestep `[B]`, zero-based
 * @param features length of the encoding; if it is odd, the last feature is zero
 * @returns `[B, features]`
 * @see Vaswani et al. 2017, section 3.5; the code of Ho et al. for the shift
 */
export function timeEncoding(
  timestep: tf.Tensor1D,
  features: number,
  { flipSinToCos, freqShift }: TimeEncodingOptions,
): tf.Tensor2D {
  const half = Math.floor(features / 2);
  // Each frequency is a number of turns per timestep, ω / 2π. It is split into two parts below.
  const frequencies = Array.from(
    { length: half },
    (_, k) => 10000 ** (-k / (half - freqShift)) / (2 * Math.PI),
  );
  const coarse = frequencies.map((value) => leadingBits(value, COARSE_BITS));
  const fine = frequencies.map((value, k) => value - (coarse[k] as number));
  // All values are computed as cosines, because a sine is a cosine shifted by a quarter of a turn.
  const phases = (flipSinToCos ? [0, -0.25] : [-0.25, 0]).flatMap((phase) =>
    new Array<number>(half).fill(phase),
  );
  const row = (values: readonly number[]): tf.Tensor2D => tf.tensor2d([...values], [1, 2 * half]);

  const time = tf.reshape(timestep, [-1, 1]); // [B, 1]
  const t = tf.floor(time);
  const fraction = tf.sub(time, t); // exact; 0 for whole timesteps, so it does not change their bits
  const turns = tf.mul(t, row([...coarse, ...coarse])); // [B, 2·half]
  const part = tf.mul(fraction, row([...frequencies, ...frequencies]));
  const whole = tf.floor(tf.add(tf.add(turns, part), row(phases.map((phase) => phase + 0.5))));
  const rest = tf.add(tf.add(tf.mul(t, row([...fine, ...fine])), part), row(phases));
  const turn = tf.add(tf.sub(turns, whole), rest); // in [-½, ½], or a little beyond
  const encoding = cosineOfTurns(turn);
  return features % 2 === 0
    ? encoding
    : tf.pad(encoding, [
        [0, 0],
        [0, 1],
      ]);
}

/**
 * Returns Fourier features of noise levels: sines, then cosines, of 2π·w·ln t.
 *
 * Angles reach thousands of radians, so the rounding of the logarithm (2⁻²²) causes errors of up to 1e-4. The errors in
 * PyTorch are of the same size.
 *
 * @param timestep `[B]`, above 0
 * @param frequencies w, `[F]`
 * @returns `[B, 2·F]`
 * @see Song et al. 2021, arXiv 2011.13456, appendix C; `GaussianFourierProjection` of diffusers
 */
export function fourierEncoding(timestep: tf.Tensor1D, frequencies: tf.Tensor1D): tf.Tensor2D {
  // In ONNX Runtime, the last bit of a logarithm depends on its position in a vector of the CPU. Each image gets sixteen
  // logarithms, a whole vector, so the first logarithm does not depend on the batch.
  const multiples = tf.tensor2d(
    Array.from({ length: VECTOR }, (_, i) => 2 ** i),
    [1, VECTOR],
  );
  const logs = tf.log(tf.mul(tf.reshape(timestep, [-1, 1]), multiples)); // [B, 16]
  const log = tf.slice(logs, [0, 0], [-1, 1]); // [B, 1]
  const turns = tf.mul(log, tf.reshape(frequencies, [1, -1])); // [B, F]
  const cosineOf = (phase: number): tf.Tensor2D => {
    const turn = tf.sub(turns, tf.floor(tf.add(turns, 0.5 + phase)));
    return cosineOfTurns(tf.add(turn, phase));
  };
  return tf.concat([cosineOf(-0.25), cosineOf(0)], 1);
}

/** Number of float32 values in the longest vector of a CPU, that of AVX-512. */
const VECTOR = 16;

/** Computes cos(2πu) for u in [−½, ½] with sums and products only, so that all devices return the same bits. */
function cosineOfTurns(turn: tf.Tensor): tf.Tensor2D {
  // cos(2πu) = sin(2π(¼ − |u|))
  const z = tf.sub(0.25, tf.abs(turn));
  const squared = tf.square(z);
  const ratio = SINE.map((value) => tf.scalar(value)).reduceRight((sum: tf.Tensor, term) =>
    tf.add(tf.mul(sum, squared), term),
  );
  return tf.mul(ratio, z) as tf.Tensor2D;
}

/** Rounds a number to `bits` significant bits. */
function leadingBits(value: number, bits: number): number {
  const step = 2 ** (Math.floor(Math.log2(value)) + 1 - bits);
  return Math.round(value / step) * step;
}
