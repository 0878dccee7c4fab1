import type * as tf from '@tensorflow/tfjs-core';

/** Computes gradients from the attributes and the saved tensors. `saved` has the order of `save`. */
type Rule = (dy: tf.Tensor, saved: tf.Tensor[], attrs: tf.NamedAttrMap) => Record<string, () => tf.Tensor>;

/**
 * Makes a row of the gradient table.
 *
 * @param kernelName tfjs kernel
 * @param save names of the inputs that the rule needs; `'output'` last if it needs the first output of the kernel
 * @param rule vector-Jacobian products, one thunk per input
 */
export function gradient(kernelName: string, save: readonly string[], rule: Rule): tf.GradConfig {
  const inputs = save.filter((name) => name !== 'output');
  return {
    kernelName,
    inputsToSave: inputs,
    ...(save.includes('output') ? { outputsToSave: [true] } : {}),
    gradFunc: (dy, saved, attrs) => rule(dy as tf.Tensor, saved, attrs),
  };
}

/** Returns a saved tensor. If the tensor is missing, the row of the gradient table has a bug. */
export function at(saved: readonly tf.Tensor[], index: number): tf.Tensor {
  const tensor = saved[index];
  if (tensor === undefined)
    throw new Error(`gradient table: nothing was saved at index ${index}; expected a tensor.`);
  return tensor;
}
