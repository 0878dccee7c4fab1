import type { Network, Weights } from '@isonoise/network';
import * as tf from '@tensorflow/tfjs-core';
import { trainError } from './errors.ts';
import { joinParameters, splitParameters } from './flat-parameters.ts';
import type { StateSlot, StepTensors } from './step-inputs.ts';

/** Constants of the step; values that change between steps are tensors. */
export interface StepOptions {
  readonly optimizer: 'adam' | 'adamw';
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Decoupled from the gradient for AdamW, added to the gradient for Adam; 0 for none. */
  readonly weightDecay: number;
  /** Gradients are scaled down to this global norm; null for no clipping. */
  readonly clipNorm: number | null;
}

export interface StepOutputs extends Pick<StepTensors, StateSlot> {
  readonly loss: tf.Scalar;
  readonly gradNorm: tf.Scalar;
}

/** Keeps the clipping factor finite for a zero gradient, as in PyTorch's `clip_grad_norm_`. */
const CLIP_EPSILON = 1e-6;

/**
 * One training step as a tfjs function: loss, gradient, clipping, Adam, EMA. It runs eagerly on any tfjs
 * backend, or is traced into the ONNX graph that runs on ONNX Runtime.
 *
 * loss = mean over images of weight · mean over pixels of (network(x_t, t) − target)²
 *
 * @returns tensors that the caller owns: scalars `loss` and `gradNorm`, the others `[P]`
 * @throws `TRAIN_SHAPE` if the output of the network does not have the shape of the target
 *
 * Sources: Ho et al. 2020, algorithm 1 and eq. (14); Kingma & Ba 2015, algorithm 1; Loshchilov & Hutter 2019
 * (AdamW).
 */
export function trainStep(network: Network, options: StepOptions, inputs: StepTensors): StepOutputs {
  // 1. Loss and gradient. The gradient is taken with respect to the split and reshaped weights, because the
  //    gradient of the split itself would pad each weight's gradient to full length.
  const weights = splitParameters(inputs.theta, network.parameters);
  const { value: loss, grads } = tf.valueAndGrads((...w: tf.Tensor[]) => weightedError(network, w, inputs))([
    ...weights,
  ]);
  const gradient = joinParameters(grads);

  // 2. Clip to the global norm
  const gradNorm = tf.sqrt(tf.sum(tf.square(gradient))) as tf.Scalar;
  const clipped =
    options.clipNorm === null
      ? gradient
      : tf.mul(gradient, tf.minimum(1, tf.div(options.clipNorm, tf.add(gradNorm, CLIP_EPSILON))));

  // 3. Adam, then the average
  const { theta, m, v } = adam(options, inputs, clipped as tf.Tensor1D);
  const ema = tf.add(
    inputs.ema,
    tf.mul(tf.sub(1, inputs.emaDecay), tf.sub(theta, inputs.ema)),
  ) as tf.Tensor1D;
  return { loss, gradNorm, theta, m, v, ema };
}

function weightedError(network: Network, weights: Weights, inputs: StepTensors): tf.Scalar {
  const { sample, timestep, classLabels, dropoutKeep, target, weight } = inputs;
  const predicted = network.forward(weights, {
    sample,
    timestep,
    classLabels,
    dropoutKeep,
  });
  requireAnswerOfTarget(predicted.shape, target.shape);
  const error = tf.sub(predicted, target);
  const weighted = tf.mul(tf.square(error), tf.reshape(weight, [-1, 1, 1, 1]));
  return tf.mul(tf.sum(weighted), 1 / target.size);
}

/**
 * Checks the output shape, because tfjs would broadcast one output channel over three channels of the target.
 */
function requireAnswerOfTarget(answer: readonly number[], target: readonly number[]): void {
  if (answer.length === target.length && answer.every((size, axis) => size === target[axis])) return;
  throw trainError(
    'TRAIN_SHAPE',
    `trainStep: the output shape is [${answer.join(', ')}]; expected that of the target, [${target.join(', ')}]. ` +
      'Set out_channels = in_channels.',
  );
}

function adam(
  { optimizer, beta1, beta2, epsilon, weightDecay }: StepOptions,
  { theta, m, v, learningRate, correction1, correction2 }: StepTensors,
  gradient: tf.Tensor1D,
): { theta: tf.Tensor1D; m: tf.Tensor1D; v: tf.Tensor1D } {
  const decays = weightDecay !== 0;
  const g = decays && optimizer === 'adam' ? tf.add(gradient, tf.mul(theta, weightDecay)) : gradient;
  const newM = tf.add(tf.mul(m, beta1), tf.mul(g, 1 - beta1)) as tf.Tensor1D;
  const newV = tf.add(tf.mul(v, beta2), tf.mul(tf.square(g), 1 - beta2)) as tf.Tensor1D;
  // m̂/(√v̂ + ε), with both corrections applied to scalars instead of vectors: √v̂ = √v / √correction2
  const root = tf.sqrt(correction2);
  const rate = tf.div(tf.mul(learningRate, root), correction1);
  const change = tf.mul(tf.div(newM, tf.add(tf.sqrt(newV), tf.mul(root, epsilon))), rate);
  const kept =
    decays && optimizer === 'adamw' ? tf.mul(theta, tf.sub(1, tf.mul(learningRate, weightDecay))) : theta;
  return { theta: tf.sub(kept, change) as tf.Tensor1D, m: newM, v: newV };
}
