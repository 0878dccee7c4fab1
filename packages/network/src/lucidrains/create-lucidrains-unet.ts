import { silu } from '@isonoise/ops';
import * as tf from '@tensorflow/tfjs-core';
import { gelu } from '../gelu.ts';
import type { Layer } from '../layers.ts';
import type { Network } from '../network.ts';
import { ParameterList } from '../parameters.ts';
import { requireInputs } from '../require-inputs.ts';
import { scaleSides, sidesOf } from '../sides.ts';
import { timeEncoding } from '../time-embedding.ts';
import { fullAttention, linearAttention } from './attention.ts';
import { downsample, plainConv, plainLinear, resnetBlock, type TimedBlock, upsample } from './blocks.ts';
import type { LucidrainsConfig } from './config.ts';

/** Time encoding with sines first and frequencies 10000^(−k / (K/2 − 1)). */
const ENCODING = { flipSinToCos: false, freqShift: 1 };

/** The layers of a level, on the way down or up. */
interface Level {
  readonly first: TimedBlock;
  readonly second: TimedBlock;
  readonly attention: Layer<tf.Tensor4D>;
  readonly resample: Layer<tf.Tensor4D>;
}

/**
 * Makes the U-Net of denoising-diffusion-pytorch, with its weight names. Each level has two residual blocks and linear or
 * full attention; the norms are over the channels of a pixel. The last level keeps its size. Both skip connections of a
 * level, and the first convolution, are concatenated on the way up.
 *
 * Source: github.com/lucidrains/denoising-diffusion-pytorch 2.3.4, `Unet`.
 */
export function createLucidrainsUNet(config: LucidrainsConfig): Network {
  const parameters = new ParameterList();
  const { in_channels: channels, init_dim: initial, dim, dim_mults: multipliers } = config;
  const sides = sidesOf(config.sample_size);
  const features = 4 * dim;
  const widths = [initial, ...multipliers.map((multiplier) => multiplier * dim)];
  const last = multipliers.length - 1;
  const sidesAt = (level: number) => scaleSides(sides, 2 ** -level);
  const resnet = (name: string, from: number, to: number): TimedBlock =>
    resnetBlock(parameters, name, from, to, features);
  const attention = (name: string, width: number, level: number, isFull: boolean): Layer<tf.Tensor4D> => {
    const heads = { heads: config.attn_heads[level] ?? 0, perHead: config.attn_dim_head[level] ?? 0 };
    return (isFull ? fullAttention : linearAttention)(parameters, name, width, sidesAt(level), heads);
  };

  const initConv = plainConv(parameters, 'init_conv', channels, initial, { kernel: 7 });
  const time1 = plainLinear(parameters, 'time_mlp.1', dim, features);
  const time2 = plainLinear(parameters, 'time_mlp.3', features, features);
  const downs = multipliers.map((_, level): Level => {
    const [from = 0, to = 0] = widths.slice(level);
    const name = `downs.${level}`;
    return {
      first: resnet(`${name}.0`, from, from),
      second: resnet(`${name}.1`, from, from),
      attention: attention(`${name}.2`, from, level, config.full_attn[level] ?? false),
      resample:
        level < last
          ? downsample(parameters, `${name}.3`, from, to)
          : plainConv(parameters, `${name}.3`, from, to, { kernel: 3 }),
    };
  });
  const middle = widths[last + 1] ?? 0;
  const middle1 = resnet('mid_block1', middle, middle);
  const middleAttention = attention('mid_attn', middle, last, true);
  const middle2 = resnet('mid_block2', middle, middle);
  const ups = multipliers.map((_, i): Level => {
    const level = last - i;
    const [to = 0, from = 0] = widths.slice(level);
    const name = `ups.${i}`;
    return {
      first: resnet(`${name}.0`, from + to, from),
      second: resnet(`${name}.1`, from + to, from),
      attention: attention(`${name}.2`, from, level, config.full_attn[level] ?? false),
      resample:
        level > 0
          ? upsample(parameters, `${name}.3`, from, to)
          : plainConv(parameters, `${name}.3`, from, to, { kernel: 3 }),
    };
  });
  const finalBlock = resnet('final_res_block', 2 * initial, initial);
  const finalConv = plainConv(parameters, 'final_conv', initial, config.out_channels, { kernel: 1 });

  return {
    parameters: parameters.specs,
    outerLayers: ['init_conv', 'final_conv'],
    imageShape: { channels, ...sides },
    dropoutUnits: 0,
    forward(w, inputs) {
      requireInputs({ numClassEmbeds: undefined, dropoutUnits: 0 }, inputs);
      const encoding = timeEncoding(inputs.timestep, dim, ENCODING); // [B, dim]
      // Each block applies SiLU to the time embedding first.
      const time = silu(time2(w, gelu(time1(w, encoding)))); // [B, 4·dim]
      const start = initConv(w, tf.transpose(inputs.sample, [0, 2, 3, 1])); // [B, C, H, W] -> [B, H, W, K]
      const skips: tf.Tensor4D[] = [start];
      let x = start;
      for (const level of downs) {
        x = level.first(w, x, time);
        skips.push(x);
        x = level.second(w, x, time);
        x = tf.add(level.attention(w, x), x);
        skips.push(x);
        x = level.resample(w, x);
      }
      x = middle1(w, x, time);
      x = tf.add(middleAttention(w, x), x);
      x = middle2(w, x, time);
      const joined = (): tf.Tensor4D => tf.concat([x, skips.pop() as tf.Tensor4D], 3);
      for (const level of ups) {
        x = level.first(w, joined(), time);
        x = level.second(w, joined(), time);
        x = tf.add(level.attention(w, x), x);
        x = level.resample(w, x);
      }
      return tf.transpose(finalConv(w, finalBlock(w, joined(), time)), [0, 3, 1, 2]); // [B, H, W, C] -> [B, C, H, W]
    },
  };
}
