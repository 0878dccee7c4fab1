import * as tf from '@tensorflow/tfjs-core';

/**
 * Whether the current backend has a custom kernel.
 *
 * Each op of this package is one kernel if the backend has it, and is composed of stock tfjs ops otherwise.
 * The recording backend of `@isonoise/trace` has these kernels and writes good ONNX for them. tfjs
 * differentiates the composition itself, so the composition is an independent check of the kernel's gradient.
 */
export function hasKernel(kernelName: string): boolean {
  return tf.getKernel(kernelName, tf.getBackend()) !== undefined;
}
