import type { ParameterSpec } from '@isonoise/network';
import * as tf from '@tensorflow/tfjs-core';
import { joinParameters, splitParameters } from '../flat-parameters.ts';
import { adamCorrections, adamStep } from './adam-step.ts';
import { decayed } from './decayed.ts';
import type { Optimizer } from './optimizer.ts';
import { orthogonalize } from './orthogonalize.ts';
import { belongsTo, matrixShape } from './parameter-parts.ts';

/**
 * Muon, which moves matrices against the orthogonalized Nesterov momentum of their gradient. It updates all other
 * parameters as AdamW does. The factor 0.2·√max(rows, columns) gives a matrix's update about the same root mean square
 * as AdamW's updates, so that both need the same learning rate.
 */
export const muon: Optimizer<
  'momentum' | 'beta1' | 'beta2' | 'epsilon' | 'weightDecay',
  'momentum' | 'm' | 'v',
  'correction1' | 'correction2'
> = {
  source: 'Jordan et al. 2024, "Muon"; Liu et al. 2025, "Muon is Scalable for LLM Training", for the scale',
  rateDivisor: 1,
  settings: {
    // Default of Jordan et al. 2024.
    momentum: { default: 0.95, range: 'share' },
    // Settings of AdamW, for parameters that are not matrices.
    beta1: { default: 0.9, range: 'share' },
    beta2: { default: 0.999, range: 'share' },
    epsilon: { default: 1e-8, range: 'positive' },
    weightDecay: { default: 0, range: 'fromZero' },
  },
  slots: { momentum: 'matrices', m: 'others', v: 'others' },
  scalars: adamCorrections,
  update({ theta, gradient, slots, learningRate, scalars, settings, parameters }) {
    const { momentum, weightDecay } = settings;
    const isMatrix = parameters.map((spec) => belongsTo('matrices', spec));
    const matrices = parameters.filter((_, i) => isMatrix[i]);
    const others = parameters.filter((_, i) => !isMatrix[i]);
    // [P] -> [values of matrices], [values of other parameters]
    const partsOf = (vector: tf.Tensor1D): readonly [tf.Tensor1D, tf.Tensor1D] => {
      const pieces = splitParameters(vector, parameters);
      return [
        joinParameters(pieces.filter((_, i) => isMatrix[i])),
        joinParameters(pieces.filter((_, i) => !isMatrix[i])),
      ];
    };
    const [theta1, theta2] = partsOf(theta);
    const [gradient1, gradient2] = partsOf(gradient);

    // 1. Update the matrices.
    const average: tf.Tensor1D = tf.add(tf.mul(slots.momentum, momentum), tf.mul(gradient1, 1 - momentum));
    const nesterov: tf.Tensor1D = tf.add(tf.mul(gradient1, 1 - momentum), tf.mul(average, momentum));
    const directions = splitParameters(nesterov, matrices).map((piece, i) =>
      direction(piece, matrices[i] as ParameterSpec),
    );
    const matrixValues: tf.Tensor1D = tf.sub(
      decayed(theta1, learningRate, weightDecay),
      tf.mul(joinParameters(directions), learningRate),
    );

    // 2. Update all other parameters.
    const { change, m, v } = adamStep(settings, slots, { ...scalars, learningRate }, gradient2);
    const otherValues: tf.Tensor1D = tf.sub(decayed(theta2, learningRate, weightDecay), change);

    // 3. Join both in the order of the parameters.
    const updated = {
      matrix: splitParameters(matrixValues, matrices),
      other: splitParameters(otherValues, others),
    };
    const at = { matrix: 0, other: 0 };
    const pieces = isMatrix.map((is) => {
      const part = is ? 'matrix' : 'other';
      return updated[part][at[part]++] as tf.Tensor;
    });
    return { theta: joinParameters(pieces), slots: { momentum: average, m, v } };
  },
};

/**
 * Computes the change of a matrix at a learning rate of 1, in the shape of its parameter. The caller subtracts the
 * change.
 */
function direction(momentum: tf.Tensor, spec: ParameterSpec): tf.Tensor {
  const [rows, columns] = matrixShape(spec) as readonly [number, number];
  const matrix = orthogonalize(tf.reshape(momentum, [rows, columns]));
  return tf.reshape(tf.mul(matrix, 0.2 * Math.sqrt(Math.max(rows, columns))), [...spec.shape]);
}
