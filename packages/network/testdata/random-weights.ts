import * as tf from '@tensorflow/tfjs-core';
import { initialParameters } from '../src/initialize.ts';
import type { ParameterSpec } from '../src/parameters.ts';
import { parameterSize } from '../src/parameters.ts';

/** Returns the initial weights of a network as tensors. */
export function initialWeights(parameters: readonly ParameterSpec[]): tf.Tensor[] {
  const theta = initialParameters(parameters, 1);
  let offset = 0;
  return parameters.map((spec) => {
    const data = theta.subarray(offset, offset + parameterSize(spec));
    offset += data.length;
    return tf.tensor(data, [...spec.shape]);
  });
}
