import type { Classifier, Weights } from '@isonoise/network';
import { type TensorSpec, trace } from '@isonoise/trace';
import * as tf from '@tensorflow/tfjs-core';
import { joinParameters, splitParameters } from '../flat-parameters.ts';
import { scalarInputs, stateInputs, stepTensors, type UpdateTensors } from '../step-inputs.ts';
import type { StepOptions } from '../step-options.ts';
import { nextName, specsOf } from '../traced-step.ts';
import { slotNames } from '../train-state.ts';
import { type UpdatedState, updateState } from '../update-state.ts';

/** Inputs of a classifier's step. Letters: B images, C channels, H height, W width. */
export type ClassifierTensors = UpdateTensors & {
  /** The images, `[B, C, H, W]` in [−1, 1]. */
  readonly images: tf.Tensor4D;
  /** Target probability of each class, `[B, classes]`: 1 for the class of the image, and otherwise 0. */
  readonly target: tf.Tensor2D;
};

/**
 * Performs one training step of a classifier in tfjs: cross-entropy, gradient, clipping, optimizer, EMA.
 *
 * loss = mean over images of −Σ_c target_c · log softmax(logits)_c
 *
 * @returns tensors that the caller owns
 */
export function classifierStep(
  classifier: Classifier,
  options: StepOptions,
  inputs: ClassifierTensors,
): UpdatedState & { readonly loss: tf.Scalar } {
  const weights = splitParameters(inputs.state.theta, classifier.parameters);
  const { value: loss, grads } = tf.valueAndGrads((...w: tf.Tensor[]) => crossEntropy(classifier, w, inputs))(
    [...weights],
  );
  return { loss, ...updateState(options, classifier.parameters, inputs, joinParameters(grads)) };
}

function crossEntropy(
  classifier: Classifier,
  weights: Weights,
  { images, target }: ClassifierTensors,
): tf.Scalar {
  const { logits } = classifier.forward(weights, images);
  const chosen = tf.sum(tf.mul(target, logits), 1);
  return tf.mean(tf.sub(tf.logSumExp(logits, 1), chosen));
}

/**
 * Traces the step for a fixed batch size.
 *
 * @returns bytes of a model with the inputs of {@link ClassifierTensors} in snake_case, and the outputs `loss`,
 *   `grad_norm` and `next_<slot>` for each part of the state
 */
export function traceClassifierStep(
  classifier: Classifier,
  options: StepOptions,
  batchSize: number,
): Promise<Uint8Array> {
  const { channels, height, width } = classifier.imageShape;
  const shared = [...stateInputs(options, classifier.parameters), ...scalarInputs(options)];
  const slots = slotNames(options);
  const specs: TensorSpec[] = [
    ...specsOf(shared),
    { name: 'images', shape: [batchSize, channels, height, width] },
    { name: 'target', shape: [batchSize, classifier.classes] },
  ];
  const step = (...tensors: tf.Tensor[]): tf.Tensor[] => {
    const [images, target] = tensors.slice(shared.length) as [tf.Tensor4D, tf.Tensor2D];
    const inputs = { ...stepTensors(shared, tensors), images, target };
    const { loss, gradNorm, state } = classifierStep(classifier, options, inputs);
    return [loss, gradNorm, ...slots.map((slot) => state[slot] as tf.Tensor)];
  };
  return trace(step, specs, {
    outputNames: ['loss', 'grad_norm', ...slots.map(nextName)],
    graphName: 'classifier_step',
  });
}
