import * as tf from '@tensorflow/tfjs-core';
import type { NetworkInputs } from './network.ts';

/**
 * Makes the inputs of a network from the classes or the tags of images.
 *
 * @param condition int32 `[B]` for classes, float32 `[B, K]` for tags; undefined for an unconditional network
 * @param images B
 */
export function conditionInputs(
  condition: Int32Array | Float32Array | undefined,
  images: number,
): Pick<NetworkInputs, 'classLabels' | 'tags'> {
  if (condition === undefined) return {};
  return condition instanceof Int32Array
    ? { classLabels: tf.tensor1d(condition, 'int32') }
    : { tags: tf.tensor2d(condition, [images, condition.length / images]) };
}
