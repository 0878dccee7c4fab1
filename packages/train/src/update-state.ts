import * as tf from '@tensorflow/tfjs-core';
import type { StateSlot, StepScalar, StepTensors } from './step-inputs.ts';

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

/** The inputs of an update: the state, and the scalars of the step. */
export type UpdateTensors = Pick<StepTensors, StateSlot | StepScalar>;

export interface UpdatedState extends Pick<StepTensors, StateSlot> {
  /** Global L2 norm of the gradient, before clipping. */
  readonly gradNorm: tf.Scalar;
}

/** Keeps the clipping factor finite for a zero gradient, as in PyTorch's `clip_grad_norm_`. */
const CLIP_EPSILON = 1e-6;

/**
 * Updates the state by a gradient: clipping, Adam, EMA.
 *
 * @param gradient of the loss with respect to `theta`, `[P]`
 * @returns tensors that the caller owns
 *
 * Sources: Kingma & Ba 2015, algorithm 1; Loshchilov & Hutter 2019 (AdamW).
 */
export function updateState(
  options: StepOptions,
  inputs: UpdateTensors,
  gradient: tf.Tensor1D,
): UpdatedState {
  // 1. Clip to the global norm
  const gradNorm = tf.sqrt(tf.sum(tf.square(gradient))) as tf.Scalar;
  const clipped =
    options.clipNorm === null
      ? gradient
      : tf.mul(gradient, tf.minimum(1, tf.div(options.clipNorm, tf.add(gradNorm, CLIP_EPSILON))));

  // 2. Adam, then the average
  const { theta, m, v } = adam(options, inputs, clipped as tf.Tensor1D);
  const ema = tf.add(
    inputs.ema,
    tf.mul(tf.sub(1, inputs.emaDecay), tf.sub(theta, inputs.ema)),
  ) as tf.Tensor1D;
  return { gradNorm, theta, m, v, ema };
}

function adam(
  { optimizer, beta1, beta2, epsilon, weightDecay }: StepOptions,
  { theta, m, v, learningRate, correction1, correction2 }: UpdateTensors,
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
