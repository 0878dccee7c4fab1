import * as tf from '@tensorflow/tfjs-core';

/**
 * Whether the current backend has a custom kernel.
 *
 * Each op of this package is one kernel if the backend has it (the recording backend of `@isonoise/trace` does, and
 * writes good ONNX for it), and is composed of stock tfjs ops otherwise. tfjs differentiates the composition, which
 * is thus an independent check of the kernel's gradient.
 */
export function hasKernel(kernelName: string): boolean {
  return tf.getKernel(kernelName, tf.getBackend()) !== undefined;
}
