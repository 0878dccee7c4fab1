import type { Network, Weights } from '@isonoise/network';
import * as tf from '@tensorflow/tfjs-core';
import { trainError } from './errors.ts';
import { joinParameters, splitParameters } from './flat-parameters.ts';
import { type PixelLoss, pixelLoss } from './pixel-loss.ts';
import type { StepTensors } from './step-inputs.ts';
import type { StepOptions } from './step-options.ts';
import { type UpdatedState, updateState } from './update-state.ts';

export interface StepOutputs extends UpdatedState {
  readonly loss: tf.Scalar;
}

/**
 * Performs one training step in tfjs: loss, gradient, clipping, optimizer, EMA. The function runs eagerly on any tfjs
 * backend, or is traced to a graph for ONNX Runtime.
 *
 * loss = mean over images of weight · mean over pixels of ℓ(network(x_t, t) − target), where ℓ is a {@link PixelLoss}
 *
 * @returns tensors that the caller owns: scalars `loss` and `gradNorm`, and the vectors of the state
 * @throws `TRAIN_SHAPE` if the output of the network does not have the shape of the target
 *
 * Source: Ho et al. 2020, algorithm 1 and eq. (14)
 */
export function trainStep(
  network: Network,
  { loss: kind = { kind: 'mse' }, ...options }: StepOptions,
  inputs: StepTensors,
): StepOutputs {
  // 1. Compute the loss and its gradient with respect to each weight. For a gradient with respect to theta, tfjs would
  // pad the gradient of each weight to the length of theta.
  const weights = splitParameters(inputs.state.theta, network.parameters);
  const { value: loss, grads } = tf.valueAndGrads((...w: tf.Tensor[]) =>
    weightedError(network, kind, w, inputs),
  )([...weights]);

  // 2. Apply clipping, the optimizer and EMA.
  return { loss, ...updateState(options, network.parameters, inputs, joinParameters(grads)) };
}

function weightedError(network: Network, kind: PixelLoss, weights: Weights, inputs: StepTensors): tf.Scalar {
  const { sample, timestep, classLabels, tags, augmentLabels, dropoutKeep, target, weight } = inputs;
  const predicted = network.forward(weights, {
    sample,
    timestep,
    classLabels,
    tags,
    augmentLabels,
    dropoutKeep,
  });
  requireTargetShape(predicted.shape, target.shape);
  const error: tf.Tensor4D = tf.sub(predicted, target);
  const weighted = tf.mul(pixelLoss(kind, error), tf.reshape(weight, [-1, 1, 1, 1]));
  return tf.mul(tf.sum(weighted), 1 / target.size);
}

/**
 * Requires that the output has the shape of the target. Otherwise tfjs would broadcast one output channel over three
 * target channels.
 */
function requireTargetShape(output: readonly number[], target: readonly number[]): void {
  if (output.length === target.length && output.every((size, axis) => size === target[axis])) return;
  throw trainError(
    'TRAIN_SHAPE',
    `trainStep: the output shape is [${output.join(', ')}]; expected that of the target, [${target.join(', ')}]. ` +
      'Set out_channels = in_channels.',
  );
}
