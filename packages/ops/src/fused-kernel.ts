import * as tf from '@tensorflow/tfjs-core';

/**
 * Whether the current backend has a custom kernel.
 *
 * Each op of this package is one kernel if the backend has that kernel; otherwise it is composed of stock tfjs ops.
 * The recording backend of `@isonoise/trace` has these kernels and writes efficient ONNX for them. tfjs can
 * differentiate the composition automatically. Tests compare this gradient with the gradient of the kernel.
 */
export function hasKernel(kernelName: string): boolean {
  return tf.getKernel(kernelName, tf.getBackend()) !== undefined;
}
