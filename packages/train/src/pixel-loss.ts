import * as tf from '@tensorflow/tfjs-core';

/** The loss of one pixel, as a function of the error e of the network. */
export type PixelLoss =
  /** e², as in Ho et al. 2020. */
  | { readonly kind: 'mse' }
  /**
   * The pseudo-Huber loss 2c²(√(1 + (e/c)²) − 1). It is about e² for errors below c, and about 2c|e| above. It is
   * applied to each value. Song & Dhariwal 2023, "Improved Techniques for Training Consistency Models", section 3.3,
   * apply it without the factor 2c to the norm of an image's error.
   */
  | { readonly kind: 'huber'; readonly c: number };

/**
 * Computes the loss of each pixel.
 *
 * @param error output of the network minus the target, `[B, C, H, W]`
 * @returns the losses, `[B, C, H, W]`
 */
export function pixelLoss(loss: PixelLoss, error: tf.Tensor4D): tf.Tensor4D {
  const squared = tf.square(error);
  if (loss.kind === 'mse') return squared;
  // With r = (e/c)², 2c²(√(1 + r) − 1) = 2e² / (√(1 + r) + 1). This form avoids a difference of nearly equal numbers.
  const root = tf.sqrt(tf.add(tf.mul(squared, 1 / loss.c ** 2), 1));
  return tf.div(tf.mul(squared, 2), tf.add(root, 1));
}
