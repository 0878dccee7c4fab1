import type { ParameterSpec } from '@isonoise/network';
import * as tf from '@tensorflow/tfjs-core';
import { averageSlots, decayName } from './averages/average-slots.ts';
import { optimizerOf } from './optimizers/optimizer-table.ts';
import type { UpdateTensors } from './step-inputs.ts';
import type { UpdateOptions } from './step-options.ts';
import type { State } from './train-state.ts';

export interface UpdatedState {
  /** Global L2 norm of the gradient, before clipping. */
  readonly gradNorm: tf.Scalar;
  readonly state: State<tf.Tensor1D>;
}

/** Keeps the clipping factor finite for a zero gradient, as in PyTorch's `clip_grad_norm_`. */
const CLIP_EPSILON = 1e-6;

/**
 * Updates the state with a gradient. Applies clipping, the optimizer and EMA.
 *
 * @param parameters specifications of the weights in `theta`
 * @param gradient gradient of the loss with respect to `theta`, `[P]`
 * @returns tensors that the caller owns
 */
export function updateState(
  { kind, clipNorm, averages, ...settings }: UpdateOptions,
  parameters: readonly ParameterSpec[],
  { state: { theta, ...slots }, scalars: { learningRate, ...scalars } }: UpdateTensors,
  gradient: tf.Tensor1D,
): UpdatedState {
  // 1. Clip the gradient to the global norm.
  const gradNorm = tf.sqrt(tf.sum(tf.square(gradient))) as tf.Scalar;
  const clipped: tf.Tensor1D =
    clipNorm === null
      ? gradient
      : tf.mul(gradient, tf.minimum(1, tf.div(clipNorm, tf.add(gradNorm, CLIP_EPSILON))));

  // 2. Apply the optimizer, and then update the averages.
  const updated = optimizerOf(kind).update({
    theta,
    gradient: clipped,
    slots,
    learningRate,
    scalars,
    settings,
    parameters,
  });
  const averaged = averageSlots(averages).map((slot) => {
    const [average, decay] = [slots[slot] as tf.Tensor1D, scalars[decayName(slot)] as tf.Scalar];
    return [slot, tf.add(average, tf.mul(tf.sub(1, decay), tf.sub(updated.theta, average)))] as const;
  });
  const state = { ...updated.slots, theta: updated.theta, ...Object.fromEntries(averaged) };
  return { gradNorm, state: state as State<tf.Tensor1D> };
}
