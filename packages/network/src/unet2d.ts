import { silu } from '@isonoise/ops';
import * as tf from '@tensorflow/tfjs-core';
import {
  attentionBlock,
  type BlockContext,
  type BlockInputs,
  type DropoutPlan,
  downsample,
  resnetBlock,
  upsample,
} from './blocks.ts';
import { conv, embedding, linear, norm, weightedEmbedding } from './layers.ts';
import type { Network, NetworkInputs } from './network.ts';
import { ParameterList, type Weights } from './parameters.ts';
import { requireInputs } from './require-inputs.ts';
import { scaleSides, sidesOf } from './sides.ts';
import { timeEncoding } from './time-embedding.ts';
import { TILEABLE_UNET, type UNet2DConfig } from './unet2d-config.ts';

/** A stage of the U-Net: transforms the image, and may push it to or pop it from the skip connections. */
type Stage = (weights: Weights, x: tf.Tensor4D, inputs: BlockInputs, skips: tf.Tensor4D[]) => tf.Tensor4D;

/**
 * Makes the U-Net of DDPM with the layers, order and names of `UNet2DModel` in `diffusers`, so that weights
 * can be exchanged without conversion. `TileableUNet2D` differs only in its padding: images continue at their opposite edges.
 *
 * Source: Ho et al. 2020, arXiv 2006.11239, appendix B.
 */
export function createUNet2D(config: UNet2DConfig): Network {
  const parameters = new ParameterList();
  const channels = config.block_out_channels;
  const [first = 0] = channels;
  const last = channels.at(-1) ?? first;
  const timeFeatures = first * 4;
  const dropout = dropoutPlan(config.dropout);
  const wrap = config._class_name === TILEABLE_UNET;
  const context: BlockContext = {
    parameters,
    groups: config.norm_num_groups,
    epsilon: config.norm_eps,
    timeFeatures,
    headChannels: config.attention_head_dim,
    dropout: dropout?.plan,
    wrap,
  };

  const convIn = conv(parameters, 'conv_in', config.in_channels, first, { kernel: 3, wrap });
  const linear1 = linear(parameters, 'time_embedding.linear_1', first, timeFeatures);
  const linear2 = linear(parameters, 'time_embedding.linear_2', timeFeatures, timeFeatures);
  const classes = config.num_class_embeds ?? undefined;
  const classEmbedding =
    classes === undefined ? undefined : embedding(parameters, 'class_embedding', classes, timeFeatures);
  const { num_tags: numTags } = config;
  const tagEmbedding =
    numTags === undefined ? undefined : weightedEmbedding(parameters, 'tag_embedding', numTags, timeFeatures);

  const stages: Stage[] = [];
  const skipChannels = [first];
  let width = first;
  const image = sidesOf(config.sample_size);
  let size = image;
  const save: Stage = (_weights, x, _inputs, skips) => {
    skips.push(x);
    return x;
  };

  // 1. Down: the blocks of each level; all results are saved as skip connections
  for (const [level, out] of channels.entries()) {
    const name = `down_blocks.${level}`;
    const attends = config.down_block_types[level] === 'AttnDownBlock2D';
    for (let i = 0; i < config.layers_per_block; i++) {
      stages.push(resnetBlock(context, `${name}.resnets.${i}`, width, out, size));
      if (attends) stages.push(attentionBlock(context, `${name}.attentions.${i}`, out, size));
      stages.push(save);
      skipChannels.push(out);
      width = out;
    }
    if (level < channels.length - 1) {
      stages.push(downsample(context, `${name}.downsamplers.0`, out, config.downsample_padding), save);
      skipChannels.push(out);
      size = scaleSides(size, 1 / 2);
    }
  }

  // 2. Middle
  stages.push(resnetBlock(context, 'mid_block.resnets.0', last, last, size));
  if (config.add_attention) stages.push(attentionBlock(context, 'mid_block.attentions.0', last, size));
  stages.push(resnetBlock(context, 'mid_block.resnets.1', last, last, size));

  // 3. Up: one more block per level, each with a skip connection
  for (const [level, out] of channels.toReversed().entries()) {
    const name = `up_blocks.${level}`;
    const attends = config.up_block_types[level] === 'AttnUpBlock2D';
    for (let i = 0; i <= config.layers_per_block; i++) {
      const skip = skipChannels.pop() ?? 0;
      const block = resnetBlock(context, `${name}.resnets.${i}`, width + skip, out, size);
      stages.push((weights, x, inputs, skips) =>
        block(weights, tf.concat([x, skips.pop() as tf.Tensor4D], 3), inputs),
      );
      if (attends) stages.push(attentionBlock(context, `${name}.attentions.${i}`, out, size));
      width = out;
    }
    if (level < channels.length - 1) {
      stages.push(upsample(context, `${name}.upsamplers.0`, out));
      size = scaleSides(size, 2);
    }
  }

  const normOut = norm(parameters, 'conv_norm_out', first, config.norm_num_groups, config.norm_eps);
  const convOut = conv(parameters, 'conv_out', first, config.out_channels, {
    kernel: 3,
    wrap,
    initializer: 'zeros',
  });
  const dropoutUnits = dropout?.units() ?? 0;
  const encoding = { flipSinToCos: config.flip_sin_to_cos, freqShift: config.freq_shift };

  return {
    parameters: parameters.specs,
    imageShape: { channels: config.in_channels, ...image },
    numClassEmbeds: classes,
    numTags,
    dropoutUnits,
    forward(weights: Weights, inputs: NetworkInputs): tf.Tensor4D {
      requireInputs({ numClassEmbeds: classes, numTags, dropoutUnits }, inputs);
      const { sample, timestep, classLabels, tags, dropoutKeep } = inputs;
      // 1. Time, class and tags: [B] -> [B, 4·first], activated once for all blocks
      let embedded = linear2(weights, silu(linear1(weights, timeEncoding(timestep, first, encoding))));
      if (classEmbedding && classLabels) embedded = tf.add(embedded, classEmbedding(weights, classLabels));
      if (tagEmbedding && tags) embedded = tf.add(embedded, tagEmbedding(weights, tags));
      const blockInputs: BlockInputs = { time: silu(embedded), dropoutKeep };

      // 2. The image, internally with channels last
      const pixels = tf.transpose(sample, [0, 2, 3, 1]); // [B, C, H, W] -> [B, H, W, C]
      const x = convIn(weights, config.center_input_sample ? tf.sub(tf.mul(pixels, 2), 1) : pixels);
      const skips = [x];
      const y = stages.reduce((h, stage) => stage(weights, h, blockInputs, skips), x);
      return tf.transpose(convOut(weights, silu(normOut(weights, y))), [0, 3, 1, 2]); // [B, H, W, C] -> [B, C, H, W]
    },
  };
}

function dropoutPlan(probability: number): { plan: DropoutPlan; units: () => number } | undefined {
  if (probability === 0) return undefined;
  let reserved = 0;
  const reserve = (units: number): number => {
    reserved += units;
    return reserved - units;
  };
  return { plan: { probability, reserve }, units: () => reserved };
}
