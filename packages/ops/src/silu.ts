import * as tf from '@tensorflow/tfjs-core';
import { hasKernel } from './fused-kernel.ts';

export const Silu = 'IsonoiseSilu';
export const SiluGrad = 'IsonoiseSiluGrad';

/**
 * Computes SiLU (swish), y = x · sigmoid(x), elementwise.
 *
 * @param x any shape
 * @returns the same shape
 * @see Ramachandran et al. 2017, arXiv 1710.05941
 */
export function silu<T extends tf.Tensor>(x: T): T {
  if (hasKernel(Silu)) return tf.engine().runKernel<T>(Silu, { x });
  return tf.tidy(() => tf.mul(x, tf.sigmoid(x)));
}

/** Gradient of the fused kernel. */
export const siluGradConfig: tf.GradConfig = {
  kernelName: Silu,
  inputsToSave: ['x'],
  gradFunc: (dy, saved) => {
    const [x] = saved as [tf.Tensor];
    return { x: () => tf.engine().runKernel(SiluGrad, { x, dy: dy as tf.Tensor }) };
  },
};
