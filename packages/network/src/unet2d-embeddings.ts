import { silu } from '@isonoise/ops';
import * as tf from '@tensorflow/tfjs-core';
import { embedding, linear } from './layers.ts';
import type { ParameterList, Weights } from './parameters.ts';
import type { TimeInput } from './time-input.ts';
import type { UNet2DConfig } from './unet2d-fields.ts';

/** Creates the two linear layers after an encoding, `[B, features] -> [B, K]`. */
export function timeLayers(
  parameters: ParameterList,
  name: string,
  { features }: TimeInput,
  timeFeatures: number,
): (weights: Weights, encoded: tf.Tensor2D) => tf.Tensor2D {
  const linear1 = linear(parameters, `${name}.linear_1`, features, timeFeatures);
  const linear2 = linear(parameters, `${name}.linear_2`, timeFeatures, timeFeatures);
  return (weights, encoded) => linear2(weights, silu(linear1(weights, encoded)));
}

/** Creates the embedding of classes: a row for each class, or the encoding of its number as if it were a timestep. */
export function classLayers(
  parameters: ParameterList,
  { num_class_embeds: classes, class_embed_type: type }: UNet2DConfig,
  time: TimeInput,
  timeFeatures: number,
): ((weights: Weights, labels: tf.Tensor1D) => tf.Tensor2D) | undefined {
  if (classes === null) return undefined;
  if (type !== 'timestep') return embedding(parameters, 'class_embedding', classes, timeFeatures);
  const layers = timeLayers(parameters, 'class_embedding', time, timeFeatures);
  return (weights, labels) => layers(weights, time.encode(weights, tf.cast(labels, 'float32')));
}
