import type * as tf from '@tensorflow/tfjs-core';

/** What a gradient may use: the saved inputs and outputs, in the order they are named in `save`, and the attributes. */
type Rule = (dy: tf.Tensor, saved: tf.Tensor[], attrs: tf.NamedAttrMap) => Record<string, () => tf.Tensor>;

/**
 * One row of the gradient table.
 *
 * @param kernelName tfjs kernel
 * @param save names of the inputs the rule needs; `'output'` last where it needs the kernel's first output
 * @param rule vector-Jacobian products, one thunk an input
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

/** A saved tensor that the row asked for by name: it is there, or the row is wrong. */
export function at(saved: readonly tf.Tensor[], index: number): tf.Tensor {
  const tensor = saved[index];
  if (tensor === undefined) throw new Error(`gradient table: nothing was saved at place ${index}`);
  return tensor;
}
