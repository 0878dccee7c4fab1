import { type ParameterSpec, parameterSize, type Weights } from '@isonoise/network';
import * as tf from '@tensorflow/tfjs-core';

/**
 * All parameters live in one flat vector `[P]`: Adam and EMA are a dozen ops in all instead of a dozen a weight, which
 * halves the nodes of the step and takes a third off its time.
 */

/** WebGPU promises a kernel eight buffers: the vector and these pieces. */
const MOST_PIECES = 7;

/** Cuts a flat vector into weights, in the order of `specs`. */
export function splitParameters(theta: tf.Tensor1D, specs: readonly ParameterSpec[]): Weights {
  const pieces = split(theta, specs.map(parameterSize));
  return pieces.map((piece, i) => tf.reshape(piece, [...(specs[i] as ParameterSpec).shape]));
}

/** `tf.split`, as a tree of splits into few pieces. */
function split(vector: tf.Tensor1D, sizes: readonly number[]): tf.Tensor[] {
  if (sizes.length <= MOST_PIECES) return tf.split(vector, [...sizes]);
  const each = Math.ceil(sizes.length / MOST_PIECES);
  const groups = Array.from({ length: Math.ceil(sizes.length / each) }, (_, i) =>
    sizes.slice(i * each, (i + 1) * each),
  );
  const parts = tf.split(
    vector,
    groups.map((group) => group.reduce((sum, size) => sum + size, 0)),
  );
  return parts.flatMap((part, i) => split(part as tf.Tensor1D, groups[i] ?? []));
}

/** Puts gradients (or weights) back into one flat vector. */
export function joinParameters(weights: Weights): tf.Tensor1D {
  return tf.concat(weights.map((weight) => tf.reshape(weight, [-1])));
}
