import * as tf from '@tensorflow/tfjs-core';

/**
 * Does the current backend have this kernel of ours?
 *
 * Each op of this package is one kernel where the backend knows it (the recording backend of
 * `@isonoise/trace` does, and writes good ONNX for it), and is composed of stock tfjs ops everywhere else.
 * The composition is differentiated by tfjs itself, so it is also the independent check of the kernel's gradient.
 */
export function hasKernel(kernelName: string): boolean {
  return tf.getKernel(kernelName, tf.getBackend()) !== undefined;
}
