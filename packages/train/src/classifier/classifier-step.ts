import { type Classifier, parameterCount, type Weights } from '@isonoise/network';
import { type TensorSpec, trace } from '@isonoise/trace';
import * as tf from '@tensorflow/tfjs-core';
import { joinParameters, splitParameters } from '../flat-parameters.ts';
import { graphName, STATE_SLOTS, STEP_INPUTS } from '../step-inputs.ts';
import { nextName } from '../traced-step.ts';
import { type StepOptions, type UpdatedState, type UpdateTensors, updateState } from '../update-state.ts';

/** Inputs of a classifier's step that are shared with a denoiser's: the state and the scalars. */
const SHARED = [...STATE_SLOTS, 'learningRate', 'emaDecay', 'correction1', 'correction2'] as const;

/** Inputs of a classifier's step. Letters: B images, C channels, H height, W width. */
export type ClassifierTensors = UpdateTensors & {
  /** `[B, C, H, W]` in [−1, 1]. */
  readonly images: tf.Tensor4D;
  /** Probability of each class, 1 for the class of the image, `[B, classes]`. */
  readonly target: tf.Tensor2D;
};

/**
 * One training step of a classifier as a tfjs function: cross-entropy, gradient, clipping, Adam, EMA.
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
  const weights = splitParameters(inputs.theta, classifier.parameters);
  const { value: loss, grads } = tf.valueAndGrads((...w: tf.Tensor[]) => crossEntropy(classifier, w, inputs))(
    [...weights],
  );
  return { loss, ...updateState(options, inputs, joinParameters(grads)) };
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
  const values = parameterCount(classifier.parameters);
  const specs: TensorSpec[] = [
    ...SHARED.map((input) => ({
      name: graphName(input),
      shape: STEP_INPUTS[input].shape.map(() => values),
    })),
    { name: 'images', shape: [batchSize, channels, height, width] },
    { name: 'target', shape: [batchSize, classifier.classes] },
  ];
  const step = (...tensors: tf.Tensor[]): tf.Tensor[] => {
    const names = [...SHARED, 'images', 'target'];
    const named = Object.fromEntries(names.map((name, i) => [name, tensors[i]]));
    const { loss, gradNorm, ...next } = classifierStep(classifier, options, named as ClassifierTensors);
    return [loss, gradNorm, ...STATE_SLOTS.map((slot) => next[slot])];
  };
  return trace(step, specs, {
    outputNames: ['loss', 'grad_norm', ...STATE_SLOTS.map(nextName)],
    graphName: 'classifier_step',
  });
}
