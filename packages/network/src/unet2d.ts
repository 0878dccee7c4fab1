import { silu } from '@isonoise/ops';
import * as tf from '@tensorflow/tfjs-core';
import { activations } from './activation.ts';
import {
  attentionBlock,
  type Block,
  type BlockContext,
  type BlockInputs,
  type DropoutPlan,
  downsample,
  type ResnetOptions,
  resnetBlock,
  upsample,
} from './blocks.ts';
import { conv, norm, weightedEmbedding } from './layers.ts';
import type { Network, NetworkInputs } from './network.ts';
import { ParameterList, type Weights } from './parameters.ts';
import { requireInputs } from './require-inputs.ts';
import { resampling } from './resample.ts';
import { scaleSides, sidesOf } from './sides.ts';
import { timeInput } from './time-input.ts';
import {
  type BlockKind,
  DOWN_BLOCKS,
  SKIP_ATTENTION_GROUPS,
  SKIP_IMAGE_CHANNELS,
  skipGroups,
  UP_BLOCKS,
} from './unet2d-blocks.ts';
import { classLayers, timeLayers } from './unet2d-embeddings.ts';
import { TILEABLE_UNET, type UNet2DConfig } from './unet2d-fields.ts';

/** Layer that reads the labels of transforms. */
const AUGMENT_EMBEDDING = 'augment_embedding';

/** Data that the stages of the U-Net pass on in addition to the features. */
interface Passed {
  /** Skip connections. */
  readonly skips: tf.Tensor4D[];
  /** The image itself, halved at each level with a skip block. */
  image: tf.Tensor4D;
  /** The sum of the images of skip blocks on the way up; undefined before the first. */
  drawn: tf.Tensor4D | undefined;
}

/** A stage of the U-Net. It transforms the features, and may change the other data that are passed on. */
type Stage = (weights: Weights, x: tf.Tensor4D, inputs: BlockInputs, passed: Passed) => tf.Tensor4D;

const save: Stage = (_weights, x, _inputs, { skips }) => {
  skips.push(x);
  return x;
};

/**
 * Makes the U-Net of DDPM with the layers, order and names of `UNet2DModel` in `diffusers`, so that weights
 * can be exchanged without conversion. `TileableUNet2D` differs only in its padding, which continues images
 * at their opposite edges.
 *
 * @see Ho et al. 2020, arXiv 2006.11239, appendix B; Song et al. 2021, arXiv 2011.13456, for skip blocks and Fourier
 *   features
 */
export function createUNet2D(config: UNet2DConfig): Network {
  const parameters = new ParameterList();
  const channels = config.block_out_channels;
  const [first = 0] = channels;
  const last = channels.at(-1) ?? first;
  const timeFeatures = config.time_embedding_dim ?? first * 4;
  const dropout = dropoutPlan(config.dropout);
  const wrap = config._class_name === TILEABLE_UNET;
  const scaleShift = config.resnet_time_scale_shift === 'scale_shift';
  const context: BlockContext = {
    parameters,
    epsilon: config.norm_eps,
    timeFeatures,
    headChannels: config.attention_head_dim,
    activation: activations[config.act_fn],
    scaleShift,
    dropout: dropout?.plan,
    wrap,
  };

  const convIn = conv(parameters, 'conv_in', config.in_channels, first, { kernel: 3, wrap });
  const time = timeInput(parameters, config);
  const embedTime = timeLayers(parameters, 'time_embedding', time, timeFeatures);
  const embedClass = classLayers(parameters, config, time, timeFeatures);
  const { num_tags: numTags } = config;
  const tagEmbedding =
    numTags === undefined ? undefined : weightedEmbedding(parameters, 'tag_embedding', numTags, timeFeatures);

  const stages: Stage[] = [];
  const skipChannels = [first];
  let width = first;
  const image = sidesOf(config.sample_size);
  let size = image;

  // 1. Down: the blocks of each level; all results are saved as skip connections
  for (const [level, out] of channels.entries()) {
    const name = `down_blocks.${level}`;
    const kind: BlockKind = DOWN_BLOCKS[config.down_block_types[level] ?? 'DownBlock2D'];
    for (let i = 0; i < config.layers_per_block; i++) {
      stages.push(resnetBlock(context, `${name}.resnets.${i}`, width, out, size, norms(kind, width, out)));
      if (kind.attends) {
        stages.push(attentionBlock(context, `${name}.attentions.${i}`, out, size, attentionNorm(kind)));
      }
      stages.push(save);
      skipChannels.push(out);
      width = out;
    }
    if (level < channels.length - 1) {
      size = scaleSides(size, 1 / 2);
      stages.push(...downStages(kind, name, out), save);
      skipChannels.push(out);
    }
  }

  // 2. Middle
  if (config.mid_block_type !== null) {
    const groups = config.norm_num_groups ?? skipGroups(last);
    const outputScale = config.mid_block_scale_factor;
    // With scale_shift, the attention of the middle has a norm only if the configuration gives its groups.
    const attentionGroups = config.attn_norm_num_groups ?? (scaleShift ? null : groups);
    stages.push(resnetBlock(context, 'mid_block.resnets.0', last, last, size, { groups, outputScale }));
    if (config.add_attention) {
      const options = { groups: attentionGroups, outputScale };
      stages.push(attentionBlock(context, 'mid_block.attentions.0', last, size, options));
    }
    stages.push(resnetBlock(context, 'mid_block.resnets.1', last, last, size, { groups, outputScale }));
  }

  // 3. Up: one more block per level, each with a skip connection
  for (const [level, out] of channels.toReversed().entries()) {
    const name = `up_blocks.${level}`;
    const kind: BlockKind = UP_BLOCKS[config.up_block_types[level] ?? 'UpBlock2D'];
    const isSkip = kind.resize === 'skip';
    for (let i = 0; i <= config.layers_per_block; i++) {
      const skip = skipChannels.pop() ?? 0;
      const block = resnetBlock(
        context,
        `${name}.resnets.${i}`,
        width + skip,
        out,
        size,
        // The order of operations is that of AttnSkipUpBlock2D in diffusers, without parentheses.
        isSkip && kind.attends
          ? { ...norms(kind, width + skip, out), groups: Math.min(width + Math.floor(skip / 4), 32) }
          : norms(kind, width + skip, out),
      );
      stages.push((weights, x, inputs, { skips }) =>
        block(weights, tf.concat([x, skips.pop() as tf.Tensor4D], 3), inputs),
      );
      // Skip blocks attend once, after their residual blocks.
      if (kind.attends && (!isSkip || i === config.layers_per_block)) {
        const attention = `${name}.attentions.${isSkip ? 0 : i}`;
        stages.push(attentionBlock(context, attention, out, size, attentionNorm(kind)));
      }
      width = out;
    }
    const isLast = level === channels.length - 1;
    if (isSkip) stages.push(drawStage(name, out, isLast));
    if (!isLast) {
      size = scaleSides(size, 2);
      stages.push(upBlock(kind, name, out));
    }
  }

  const groupsOut = config.norm_num_groups ?? skipGroups(first);
  const normOut = norm(parameters, 'conv_norm_out', first, groupsOut, config.norm_eps);
  const convOut = conv(parameters, 'conv_out', first, config.out_channels, {
    kernel: 3,
    wrap,
    initializer: 'zeros',
  });
  const dropoutUnits = dropout?.units() ?? 0;
  // The last parameter, so that the parameters of the model without it are the first ones.
  const { augment_dim: augmentLabels } = config;
  const augmentEmbedding =
    augmentLabels === undefined
      ? undefined
      : weightedEmbedding(parameters, AUGMENT_EMBEDDING, augmentLabels, timeFeatures);
  const classes = config.num_class_embeds ?? undefined;

  return {
    parameters: parameters.specs,
    outerLayers: ['conv_in', 'conv_out'],
    imageShape: { channels: config.in_channels, ...image },
    numClassEmbeds: classes,
    numTags,
    augmentLabels,
    dropoutUnits,
    ...(config.time_embedding_type === 'learned' ? { wholeTimes: true } : {}),
    forward(weights: Weights, inputs: NetworkInputs): tf.Tensor4D {
      requireInputs({ numClassEmbeds: classes, numTags, augmentLabels, dropoutUnits }, inputs);
      const { sample, timestep, classLabels, tags, augmentLabels: transforms, dropoutKeep } = inputs;
      // 1. Time, class, tags and transforms: [B] -> [B, K], activated once for all blocks
      let embedded = embedTime(weights, time.encode(weights, timestep));
      if (embedClass && classLabels) embedded = tf.add(embedded, embedClass(weights, classLabels));
      if (tagEmbedding && tags) embedded = tf.add(embedded, tagEmbedding(weights, tags));
      if (augmentEmbedding && transforms) embedded = tf.add(embedded, augmentEmbedding(weights, transforms));
      const blockInputs: BlockInputs = { time: context.activation(embedded), dropoutKeep };

      // 2. The image, internally with channels last
      const transposed = tf.transpose(sample, [0, 2, 3, 1]); // [B, C, H, W] -> [B, H, W, C]
      const pixels = config.center_input_sample ? tf.sub(tf.mul(transposed, 2), 1) : transposed;
      const x = convIn(weights, pixels as tf.Tensor4D);
      const passed: Passed = { skips: [x], image: pixels as tf.Tensor4D, drawn: undefined };
      const y = stages.reduce((h, stage) => stage(weights, h, blockInputs, passed), x);
      const out = convOut(weights, silu(normOut(weights, y)));
      const drawn = passed.drawn === undefined ? out : tf.add(out, passed.drawn);
      const answer = tf.transpose(drawn, [0, 3, 1, 2]) as tf.Tensor4D; // [B, H, W, C] -> [B, C, H, W]
      return config.time_embedding_type === 'fourier'
        ? tf.div(answer, tf.reshape(timestep, [-1, 1, 1, 1]))
        : answer;
    },
  };

  function norms({ resize }: BlockKind, before: number, after: number): ResnetOptions {
    return resize === 'skip'
      ? { groups: skipGroups(before), groupsOut: skipGroups(after), outputScale: Math.SQRT2 }
      : { groups: config.norm_num_groups ?? skipGroups(before) };
  }

  function attentionNorm(kind: BlockKind): { groups: number; outputScale?: number } {
    return kind.resize === 'skip'
      ? { groups: SKIP_ATTENTION_GROUPS, outputScale: Math.SQRT2 }
      : { groups: config.norm_num_groups ?? SKIP_ATTENTION_GROUPS };
  }

  /** Makes the stages that halve the features. `size` is the size of the result. */
  function downStages(kind: BlockKind, name: string, out: number): Stage[] {
    if (kind.resize === 'skip') {
      const options = { ...norms(kind, out, out), resample: 'firDown', alwaysShortcut: true } as const;
      const halve = resnetBlock(context, `${name}.resnet_down`, out, out, size, options);
      const fromImage = conv(parameters, `${name}.skip_conv`, SKIP_IMAGE_CHANNELS, out, { kernel: 1 });
      const halveImage = resampling('firDown', wrap);
      return [
        (weights, x, inputs, passed) => {
          passed.image = halveImage(passed.image);
          return tf.add(fromImage(weights, passed.image), halve(weights, x, inputs));
        },
      ];
    }
    const place = `${name}.downsamplers.0`;
    const isResnet =
      kind.resize === 'resnet' || (kind.resize === 'configured' && config.downsample_type === 'resnet');
    return isResnet
      ? [resnetBlock(context, place, out, out, size, { ...norms(kind, out, out), resample: 'mean' })]
      : [downsample(context, place, out, config.downsample_padding)];
  }

  /** Makes the block that doubles the features. `size` is the size of the result. */
  function upBlock(kind: BlockKind, name: string, out: number): Block {
    if (kind.resize === 'skip') {
      const options = { ...norms(kind, out, out), resample: 'firUp', alwaysShortcut: true } as const;
      return resnetBlock(context, `${name}.resnet_up`, out, out, size, options);
    }
    const place = `${name}.upsamplers.0`;
    const isResnet =
      kind.resize === 'resnet' || (kind.resize === 'configured' && config.upsample_type === 'resnet');
    return isResnet
      ? resnetBlock(context, place, out, out, size, { ...norms(kind, out, out), resample: 'nearest' })
      : upsample(context, place, out);
  }

  /** Makes the stage of a skip block that doubles the drawn image and, except in the last block, adds to it. */
  function drawStage(name: string, out: number, isLast: boolean): Stage {
    const double = resampling('firUp', wrap);
    const doubled = (passed: Passed): tf.Tensor4D | undefined => passed.drawn && double(passed.drawn);
    if (isLast) {
      return (_weights, x, _inputs, passed) => {
        passed.drawn = doubled(passed);
        return x;
      };
    }
    const normalize = norm(parameters, `${name}.skip_norm`, out, skipGroups(out), config.norm_eps);
    const toImage = conv(parameters, `${name}.skip_conv`, out, SKIP_IMAGE_CHANNELS, { kernel: 3, wrap });
    return (weights, x, _inputs, passed) => {
      const added = toImage(weights, silu(normalize(weights, x)));
      const before = doubled(passed);
      passed.drawn = before === undefined ? added : tf.add(before, added);
      return x;
    };
  }
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
