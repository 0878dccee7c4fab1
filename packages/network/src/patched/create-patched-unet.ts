import * as tf from '@tensorflow/tfjs-core';
import type { Network } from '../network.ts';
import { scaleSides, sidesOf } from '../sides.ts';
import { createUNet2D } from '../unet2d.ts';
import { innerConfig, type PatchedConfig } from './config.ts';

/**
 * Makes a U-Net whose pixels are patches of the image. Space-to-depth is applied before it, and depth-to-space after it.
 * A U-Net does most of its work at its finest level. With patches of 2×2 pixels, this level has a quarter of the
 * positions, so wider layers or more steps are possible in the same time.
 *
 * The parameters are those of the inner `UNet2DModel`.
 */
export function createPatchedUNet(config: PatchedConfig): Network {
  const inner = createUNet2D(innerConfig(config));
  const { patch_size: patch, in_channels: channels, out_channels: outputs } = config;
  const image = sidesOf(config.sample_size);
  const cells = scaleSides(image, 1 / patch);
  return {
    ...inner,
    imageShape: { channels, ...image },
    forward(weights, { sample, ...inputs }) {
      const patches = tf.reshape(
        tf.transpose(
          tf.reshape(sample, [-1, channels, cells.height, patch, cells.width, patch]),
          [0, 1, 3, 5, 2, 4],
        ),
        [-1, channels * patch ** 2, cells.height, cells.width],
      ) as tf.Tensor4D; // [B, C, H, W] -> [B, C·p², H/p, W/p]
      const answer = inner.forward(weights, { ...inputs, sample: patches });
      return tf.reshape(
        tf.transpose(
          tf.reshape(answer, [-1, outputs, patch, patch, cells.height, cells.width]),
          [0, 1, 4, 2, 5, 3],
        ),
        [-1, outputs, image.height, image.width],
      ) as tf.Tensor4D; // [B, C'·p², H/p, W/p] -> [B, C', H, W]
    },
  };
}
