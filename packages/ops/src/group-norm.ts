import * as tf from '@tensorflow/tfjs-core';
import { hasKernel } from './fused-kernel.ts';

export const GroupNorm = 'IsonoiseGroupNorm';
export const GroupNormGrad = 'IsonoiseGroupNormGrad';

export interface GroupNormAttrs {
  readonly groups: number;
  readonly epsilon: number;
}

/**
 * Computes group normalization, y = gamma · (x − mean) / √(variance + epsilon) + beta, with mean and variance over
 * the pixels and channels of each group of each image.
 *
 * @param x `[B, H, W, C]`
 * @param gamma scale, `[C]`
 * @param beta shift, `[C]`
 * @param attrs `groups` divides C; `epsilon` keeps the root away from zero
 * @returns `[B, H, W, C]`
 * @throws RangeError if `groups` does not divide C
 * @see Wu & He 2018, arXiv 1803.08494
 */
export function groupNorm(
  x: tf.Tensor4D,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  { groups, epsilon }: GroupNormAttrs,
): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  if (channels % groups !== 0) {
    throw new RangeError(`groupNorm: groups is ${groups}; expected a divisor of the ${channels} channels.`);
  }
  if (hasKernel(GroupNorm)) {
    return tf.engine().runKernel(GroupNorm, { x, gamma, beta }, { groups, epsilon });
  }
  return tf.tidy(() => {
    const grouped = tf.reshape(x, [batch, height * width, groups, channels / groups]); // [B, HW, G, C/G]
    const centred = tf.sub(grouped, tf.mean(grouped, [1, 3], true));
    const variance = tf.mean(tf.square(centred), [1, 3], true); // [B, 1, G, 1]
    const normalized = tf.div(centred, tf.sqrt(tf.add(variance, epsilon)));
    return tf.add(tf.mul(tf.reshape(normalized, [batch, height, width, channels]), gamma), beta);
  });
}

/** Gradient of the fused kernel. tfjs differentiates the composition. */
export const groupNormGradConfig: tf.GradConfig = {
  kernelName: GroupNorm,
  inputsToSave: ['x', 'gamma'],
  gradFunc: (dy, saved, attrs) => {
    const [x, gamma] = saved as [tf.Tensor, tf.Tensor];
    let grads: tf.Tensor[] | undefined;
    const all = (): tf.Tensor[] => {
      grads ??= tf.engine().runKernel<tf.Tensor[]>(GroupNormGrad, { x, gamma, dy: dy as tf.Tensor }, attrs);
      return grads;
    };
    return {
      x: () => all()[0] as tf.Tensor,
      gamma: () => all()[1] as tf.Tensor,
      beta: () => all()[2] as tf.Tensor,
    };
  },
};
