import type { ParameterSpec } from '@isonoise/network';
import * as tf from '@tensorflow/tfjs-core';
import { optimizerOf } from './optimizers/optimizer-table.ts';
import type { UpdateTensors } from './step-inputs.ts';
import type { StepOptions } from './step-options.ts';
import type { State } from './train-state.ts';

export interface UpdatedState {
  /** Global L2 norm of the gradient, before clipping. */
  readonly gradNorm: tf.Scalar;
  readonly state: State<tf.Tensor1D>;
}

/** Keeps the clipping factor finite for a zero gradient, as in PyTorch's `clip_grad_norm_`. */
const CLIP_EPSILON = 1e-6;

/**
 * Updates the state by a gradient: applies clipping, the optimizer and EMA.
 *
 * @param parameters of `theta`
 * @param gradient of the loss with respect to `theta`, `[P]`
 * @returns tensors that the caller owns
 */
export function updateState(
  { kind, clipNorm, ...settings }: StepOptions,
  parameters: readonly ParameterSpec[],
  { state: { theta, ema, ...slots }, scalars: { learningRate, emaDecay, ...scalars } }: UpdateTensors,
  gradient: tf.Tensor1D,
): UpdatedState {
  // 1. Clip to the global norm
  const gradNorm = tf.sqrt(tf.sum(tf.square(gradient))) as tf.Scalar;
  const clipped: tf.Tensor1D =
    clipNorm === null
      ? gradient
      : tf.mul(gradient, tf.minimum(1, tf.div(clipNorm, tf.add(gradNorm, CLIP_EPSILON))));

  // 2. The optimizer, then the average
  const updated = optimizerOf(kind).update({
    theta,
    gradient: clipped,
    slots,
    learningRate,
    scalars,
    settings,
    parameters,
  });
  const average: tf.Tensor1D = tf.add(ema, tf.mul(tf.sub(1, emaDecay), tf.sub(updated.theta, ema)));
  return { gradNorm, state: { ...updated.slots, theta: updated.theta, ema: average } };
}
