import { upsampleNearest } from '@isonoise/ops';
import * as tf from '@tensorflow/tfjs-core';
import type { Activation } from './activation.ts';
import { conv, type Layer, linear, norm } from './layers.ts';
import type { ParameterList, Weights } from './parameters.ts';
import { type ResampleName, resampling } from './resample.ts';
import type { Sides } from './sides.ts';

/** Settings shared by all blocks of a network. */
export interface BlockContext {
  readonly parameters: ParameterList;
  readonly epsilon: number;
  readonly timeFeatures: number;
  readonly headChannels: number | null;
  readonly activation: Activation;
  /** Whether the time projection scales and shifts the second norm. Otherwise it is added before that norm. */
  readonly scaleShift: boolean;
  readonly dropout: DropoutPlan | undefined;
  /** Whether convolutions continue images at their opposite edges. */
  readonly wrap: boolean;
}

/** Assigns each dropout layer its part of the mask. */
export interface DropoutPlan {
  readonly probability: number;
  /** Reserves `units` for one layer; returns their offset in the mask of an image. */
  reserve(units: number): number;
}

/** Inputs of a block besides the image: the activated time embedding and the dropout mask. */
export interface BlockInputs {
  readonly time: tf.Tensor2D;
  readonly dropoutKeep: tf.Tensor2D | undefined;
}

export type Block = (weights: Weights, x: tf.Tensor4D, inputs: BlockInputs) => tf.Tensor4D;

export interface ResnetOptions {
  /** Number of groups in the first norm. */
  readonly groups: number;
  /** Number of groups in the second norm. Default: the same as in the first. */
  readonly groupsOut?: number;
  /** The sum of input and result is divided by this number. Default 1. */
  readonly outputScale?: number;
  /** Resampling of the input and of the activated norm. Default: none. */
  readonly resample?: ResampleName;
  /** Whether the input always passes through a convolution. Default: only if the number of channels changes. */
  readonly alwaysShortcut?: boolean;
}

/**
 * Makes a residual block. The last convolution is initialized to zero, so that the block starts as the identity (Ho et
 * al. 2020, appendix B). The parts of the block:
 *
 * 1. norm, activation and convolution
 * 2. addition of the time projection
 * 3. norm, activation, dropout and convolution
 * 4. addition of the input
 *
 * @param sides height and width of the result
 */
export function resnetBlock(
  context: BlockContext,
  name: string,
  inChannels: number,
  outChannels: number,
  { height, width }: Sides,
  { groups, groupsOut = groups, outputScale = 1, resample, alwaysShortcut = false }: ResnetOptions,
): Block {
  const { parameters, epsilon, timeFeatures, activation, scaleShift, dropout, wrap } = context;
  const timeOutputs = scaleShift ? 2 * outChannels : outChannels;
  const norm1 = norm(parameters, `${name}.norm1`, inChannels, groups, epsilon);
  const conv1 = conv(parameters, `${name}.conv1`, inChannels, outChannels, { kernel: 3, wrap });
  const project = linear(parameters, `${name}.time_emb_proj`, timeFeatures, timeOutputs);
  const norm2 = norm(parameters, `${name}.norm2`, outChannels, groupsOut, epsilon);
  const conv2 = conv(parameters, `${name}.conv2`, outChannels, outChannels, {
    kernel: 3,
    wrap,
    initializer: 'zeros',
  });
  const shortcut: Layer<tf.Tensor4D> | undefined =
    inChannels === outChannels && !alwaysShortcut
      ? undefined
      : conv(parameters, `${name}.conv_shortcut`, inChannels, outChannels, { kernel: 1 });
  const units = height * width * outChannels;
  const offset = dropout?.reserve(units) ?? 0;
  const resized = resample === undefined ? undefined : resampling(resample, wrap);

  return inTidy((weights, input, { time, dropoutKeep }) => {
    const x = resized ? resized(input) : input;
    const activated = activation(norm1(weights, input));
    let h = conv1(weights, resized ? resized(activated) : activated);
    const projected = tf.reshape(project(weights, time), [-1, 1, 1, timeOutputs]) as tf.Tensor4D; // [B, K] -> [B, 1, 1, K]
    if (scaleShift) {
      const part = (start: number): tf.Tensor =>
        tf.slice(projected, [0, 0, 0, start], [-1, 1, 1, outChannels]);
      h = tf.add(tf.mul(norm2(weights, h), tf.add(part(0), 1)), part(outChannels));
    } else {
      h = norm2(weights, tf.add(h, projected));
    }
    h = activation(h);
    if (dropout !== undefined && dropoutKeep !== undefined) {
      const keep = tf.cast(tf.slice(dropoutKeep, [0, offset], [-1, units]), 'float32');
      const scale = tf.mul(tf.reshape(keep, [-1, height, width, outChannels]), 1 / (1 - dropout.probability));
      h = tf.mul(h, scale);
    }
    return scaled(tf.add(shortcut ? shortcut(weights, x) : x, conv2(weights, h)), outputScale);
  });
}

export interface AttentionOptions {
  /** Number of groups in the norm; null for no norm. */
  readonly groups: number | null;
  /** The sum of input and result is divided by this number. Default 1. */
  readonly outputScale?: number;
}

/** Makes self-attention over the pixels. The input is added to the result. */
export function attentionBlock(
  context: BlockContext,
  name: string,
  channels: number,
  { height, width }: Sides,
  { groups, outputScale = 1 }: AttentionOptions,
): Block {
  const { parameters, epsilon, headChannels } = context;
  const perHead = headChannels ?? channels;
  // If the width of a head does not divide the channels, the layer is narrower, as in diffusers.
  const heads = Math.floor(channels / perHead);
  const inner = heads * perHead;
  const normalize =
    groups === null ? undefined : norm(parameters, `${name}.group_norm`, channels, groups, epsilon);
  const toQ = linear(parameters, `${name}.to_q`, channels, inner);
  const toK = linear(parameters, `${name}.to_k`, channels, inner);
  const toV = linear(parameters, `${name}.to_v`, channels, inner);
  const toOut = linear(parameters, `${name}.to_out.0`, inner, channels, 'zeros');
  const pixels = height * width;

  return inTidy((weights, x) => {
    const normalized = normalize ? normalize(weights, x) : x;
    const rows = tf.reshape(normalized, [-1, channels]) as tf.Tensor2D; // [B, H, W, C] -> [B·H·W, C]
    const stacks = (y: tf.Tensor2D): tf.Tensor => toHeads(y, pixels, heads, perHead);
    const [q, k, v] = [toQ, toK, toV].map((layer) => stacks(layer(weights, rows))) as [
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
    ];
    const scores = tf.softmax(tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(perHead))); // [B·heads, H·W, H·W]
    const mixed = fromHeads(tf.matMul(scores, v), pixels, heads, perHead);
    return scaled(tf.add(x, tf.reshape(toOut(weights, mixed), [-1, height, width, channels])), outputScale);
  });
}

/**
 * Runs a block so that its intermediate tensors are disposed of at its end. Those of a large network would not all fit in
 * memory.
 */
const inTidy =
  (block: Block): Block =>
  (weights, x, inputs) =>
    tf.tidy(() => block(weights, x, inputs));

const scaled = (x: tf.Tensor4D, scale: number): tf.Tensor4D => (scale === 1 ? x : tf.div(x, scale));

/** Separates the heads, `[B·P, heads·c] -> [B·heads, P, c]`. */
export function toHeads(x: tf.Tensor2D, pixels: number, heads: number, perHead: number): tf.Tensor3D {
  if (heads === 1) return tf.reshape(x, [-1, pixels, perHead]);
  const split = tf.transpose(tf.reshape(x, [-1, pixels, heads, perHead]), [0, 2, 1, 3]);
  return tf.reshape(split, [-1, pixels, perHead]);
}

/** Joins the heads, `[B·heads, P, c] -> [B·P, heads·c]`. */
export function fromHeads(x: tf.Tensor, pixels: number, heads: number, perHead: number): tf.Tensor2D {
  if (heads === 1) return tf.reshape(x, [-1, perHead]);
  const joined = tf.transpose(tf.reshape(x, [-1, heads, pixels, perHead]), [0, 2, 1, 3]);
  return tf.reshape(joined, [-1, heads * perHead]);
}

/** Halves height and width with a stride-2 convolution. */
export function downsample(context: BlockContext, name: string, channels: number, padding: 0 | 1): Block {
  return conv(context.parameters, `${name}.conv`, channels, channels, {
    kernel: 3,
    stride: 2,
    wrap: context.wrap,
    // Ho et al. pad only the bottom and the right, so that sizes halve exactly.
    padding: padding === 0 ? [0, 0, 1, 1] : [1, 1, 1, 1],
  });
}

/** Doubles height and width by repeating pixels, then applies a convolution. */
export function upsample(context: BlockContext, name: string, channels: number): Block {
  const layer = conv(context.parameters, `${name}.conv`, channels, channels, {
    kernel: 3,
    wrap: context.wrap,
  });
  return (weights, x) => layer(weights, upsampleNearest(x));
}
