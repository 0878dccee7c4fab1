import * as tf from '@tensorflow/tfjs-core';
import { conv } from '../layers.ts';
import type { Network, NetworkInputs } from '../network.ts';
import { ParameterList, type Weights } from '../parameters.ts';
import { requireInputs } from '../require-inputs.ts';
import { timeEncoding } from '../time-embedding.ts';
import { doubleConv, down, selfAttention, up } from './blocks.ts';
import type { AwjulianiConfig } from './config.ts';

/** Time encoding with sines first and frequencies 10000^(−2k/C). */
const ENCODING = { flipSinToCos: false, freqShift: 0 };

/**
 * Makes the U-Net of the reference implementation, with its weight names. Instead of a learned time
 * embedding, the encoding of t is added to all pixels after each change of size. The network has norms over
 * whole images, GELU, and attention at the two smallest sizes.
 *
 * t is used unchanged. In this project, t = 0 is one step of noise. In the reference, t = 0 means no noise, because its
 * ᾱ_t is the product of the factors before t. Weights that were trained with the reference therefore need t + 1 here.
 *
 * @see github.com/awjuliani/pytorch-diffusion, model.py and modules.py
 */
export function createAwjulianiUNet(config: AwjulianiConfig): Network {
  const parameters = new ParameterList();
  const { in_channels: channels, base_channels: c, sample_size: size } = config;
  // These calls have the order of the state dict.
  const inc = doubleConv(parameters, 'inc', channels, c);
  const down1 = down(parameters, 'down1', c, 2 * c);
  const down2 = down(parameters, 'down2', 2 * c, 4 * c);
  const down3 = down(parameters, 'down3', 4 * c, 4 * c);
  const up1 = up(parameters, 'up1', 8 * c, 2 * c);
  const up2 = up(parameters, 'up2', 4 * c, c);
  const up3 = up(parameters, 'up3', 2 * c, c);
  const outc = conv(parameters, 'outc.conv', c, channels, { kernel: 1, initializer: 'torchUniform' });
  const sa1 = selfAttention(parameters, 'sa1.sa.0', 4 * c, size / 4);
  const sa2 = selfAttention(parameters, 'sa2.sa.0', 4 * c, size / 8);
  const sa3 = selfAttention(parameters, 'sa3.sa.0', 2 * c, size / 4);

  return {
    parameters: parameters.specs,
    outerLayers: ['inc.double_conv.0', 'outc.conv'],
    imageShape: { channels, height: size, width: size },
    dropoutUnits: 0,
    forward(w: Weights, inputs: NetworkInputs): tf.Tensor4D {
      requireInputs({ numClassEmbeds: undefined, dropoutUnits: 0 }, inputs);
      const { sample, timestep } = inputs;
      const timed = (x: tf.Tensor4D): tf.Tensor4D => {
        const [, , , features] = x.shape;
        return tf.add(x, tf.reshape(timeEncoding(timestep, features, ENCODING), [-1, 1, 1, features]));
      };

      // 1. Down
      const x1 = inc(w, tf.transpose(sample, [0, 2, 3, 1])); // [B, C, H, W] -> [B, H, W, C]
      const x2 = timed(down1(w, x1)); // [B, H/2, W/2, 2c]
      const x3 = sa1(w, timed(down2(w, x2))); // [B, H/4, W/4, 4c]
      const x4 = sa2(w, timed(down3(w, x3))); // [B, H/8, W/8, 4c]

      // 2. Up
      const y3 = sa3(w, timed(up1(w, x4, x3))); // [B, H/4, W/4, 2c]
      const y2 = timed(up2(w, y3, x2)); // [B, H/2, W/2, c]
      const y1 = timed(up3(w, y2, x1)); // [B, H, W, c]
      return tf.transpose(outc(w, y1), [0, 3, 1, 2]); // [B, H, W, C] -> [B, C, H, W]
    },
  };
}
